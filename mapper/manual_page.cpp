#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "mapper/command_tree.hpp"

namespace tilewright {
namespace {

// A text in troff: no hyphen that is a dash, no line that is a request.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const bool starts_line = safe.empty() || safe.back() == '\n';
    if (starts_line && (c == '.' || c == '\'')) safe += "\\&";
    if (c == '\\') {
      safe += "\\e";
    } else {
      safe += c == '-' ? std::string("\\-") : std::string(1, c);
    }
  }
  return safe;
}

// `[-j N | --threads N]`
std::string name_of(const ArgumentHelp& option) {
  std::string text;
  for (const std::string& name : option.names) {
    text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", escaped(name));
  }
  return option.value.empty() ? text : fmt::format("{} \\fI{}\\fR", text, escaped(option.value));
}

std::string options_of(const CommandHelp& command) {
  std::string text;
  for (const ArgumentHelp& positional : command.positionals) {
    text +=
        fmt::format(".TP\n\\fI{}\\fR\n{}\n", escaped(positional.value), escaped(positional.help));
  }
  for (const ArgumentHelp& option : command.options) {
    text += fmt::format(".TP\n{}\n{}\n", name_of(option), escaped(option.help));
    if (!option.choices.empty()) {
      text += escaped(fmt::format("({})\n", fmt::join(option.choices, ", ")));
    }
  }
  return text;
}

std::string synopsis_of(const CommandHelp& command) {
  std::string text = fmt::format("\\fBtilewright {}\\fR [\\fIoptions\\fR]", command.name);
  for (const ArgumentHelp& positional : command.positionals) {
    const std::string value =
        fmt::format("\\fI{}\\fR{}", escaped(positional.value), positional.repeats ? "..." : "");
    text += positional.required ? " " + value : fmt::format(" [{}]", value);
  }
  return text;
}

constexpr const char* kRest = R"(.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
\fBverify\fR: a claim does not hold, or is not settled
.TP
.B 2
bad input or usage, or a place that cannot be written
.TP
.B 3
the mapping is rejected, or a layer has none that is valid
.TP
.B 70
a defect of the program
.TP
.B 130, 143
ended by Ctrl\-C, by SIGTERM, with the best so far written
.SH ENVIRONMENT
.TP
.B TILEWRIGHT_ERROR_FORMAT
what \fB\-\-error\-format\fR is where it is not given
.SH FILES
Other programs named \fBtilewright\-\fINAME\fR beside this one or on the path are subcommands, too.
The Python package has three: \fBimport\fR, \fBmcp\fR and \fBreport\fR.
)";

}  // namespace

std::string manual_page(const std::vector<CommandHelp>& commands) {
  const CommandHelp& program = commands.front();
  std::string text = fmt::format(
      ".TH TILEWRIGHT 1 \"\" \"tilewright {}\" \"User Commands\"\n.SH NAME\n"
      "tilewright \\- maps the layers of a neural network to an accelerator\n.SH SYNOPSIS\n"
      "\\fBtilewright\\fR [\\fIoptions\\fR] \\fIcommand\\fR ...\n.SH DESCRIPTION\n{}\n.SH "
      "OPTIONS\n",
      TILEWRIGHT_VERSION, escaped(program.help));
  text += options_of(program) + ".SH COMMANDS\n";
  for (std::size_t i = 1; i < commands.size(); ++i) {
    text += fmt::format(".SS {}\n{}\n.PP\n{}\n{}", commands[i].name, synopsis_of(commands[i]),
                        escaped(commands[i].help), options_of(commands[i]));
  }
  return text + kRest;
}

}  // namespace tilewright
