#include "model/energy/estimators/python_child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "model/energy/estimators/python_host.hpp"
#include "model/energy/registry.hpp"

extern char** environ;  // NOLINT: POSIX

namespace tilewright::energy {
namespace {

using Json = nlohmann::json;

constexpr int kPatience = 120'000;  // ms for one answer; CACTI is slow

// A python3 that runs python_host.py.
class Child {
 public:
  explicit Child(const std::string& path) : path_(path) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail(std::strerror(errno));
    socket_ = ends[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    std::string program = "python3";
    std::string flag = "-c";
    std::string script(kPythonHost);
    std::string argument = path;
    char* arguments[] = {program.data(), flag.data(), script.data(), argument.data(), nullptr};
    const int error =
        ::posix_spawnp(&process_, program.c_str(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) {
      ::close(socket_);
      fail(fmt::format("cannot start python3: {}", std::strerror(error)));
    }
  }

  ~Child() {
    ::close(socket_);  // the child reads the end of its input and leaves
    for (int i = 0; i < kGrace; ++i) {
      if (::waitpid(process_, nullptr, WNOHANG) != 0) return;
      ::usleep(10'000);
    }
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  const std::string& path() const { return path_; }
  [[noreturn]] void fail(const std::string& what) const {
    throw EstimatorFault(fmt::format("Python plug-in '{}': {}", path_, what));
  }

  Json ask(const Json& question) {
    const std::string line = question.dump() + "\n";
    for (std::size_t at = 0; at < line.size();) {
      const auto sent = ::send(socket_, line.data() + at, line.size() - at, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) fail("python3 ended; its messages are above");
      at += static_cast<std::size_t>(sent);
    }
    return receive();
  }

  Json receive() {
    while (true) {
      const auto end = buffer_.find('\n');
      if (end != std::string::npos) {
        const std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        Json answer = Json::parse(line, nullptr, false);
        if (!answer.is_object()) fail(fmt::format("no answer but '{}'", line.substr(0, 200)));
        return answer;
      }
      wait_for_bytes();
    }
  }

 private:
  static constexpr int kGrace = 100;  // times 10 ms

  void wait_for_bytes() {
    pollfd waiting{socket_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kPatience);
    if (ready < 0 && errno == EINTR) return;
    if (ready <= 0) fail(fmt::format("no answer within {} s", kPatience / 1000));
    char bytes[4096];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) fail("python3 ended; its messages are above");
    buffer_.append(bytes, static_cast<std::size_t>(count));
  }

  std::string path_;
  pid_t process_ = -1;
  int socket_ = -1;
  std::string buffer_;
};

Json to_json(const Value& value) {
  if (const bool* flag = value.flag()) return *flag;
  if (const std::string* text = value.text()) return *text;
  if (const double* number = value.number()) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (std::floor(*number) == *number && std::abs(*number) <= kExact) {
      return static_cast<std::int64_t>(*number);
    }
    return *number;
  }
  if (const ValueList* list = value.list()) {
    Json array = Json::array();
    for (const Value& item : *list) array.push_back(to_json(item));
    return array;
  }
  if (const ValueMap* map = value.map()) {
    Json object = Json::object();
    for (const auto& [key, item] : *map) object[key] = to_json(item);
    return object;
  }
  return nullptr;
}

Json to_json(const Attributes& attributes) {
  Json object = Json::object();
  for (const auto& [name, value] : attributes) object[name] = to_json(value);
  return object;
}

Json to_json(const Query& query) {
  const char* const quantities[] = {"energy", "area", "leakage"};
  return {{"quantity", quantities[static_cast<int>(query.quantity)]},
          {"component_class", query.component_class},
          {"attributes", to_json(query.attributes)},
          {"action", query.action},
          {"arguments", to_json(query.arguments)},
          {"version", query.dialect == Dialect::v03 ? 0.3 : 0.4}};
}

// Python writes numbers as texts, as JSON has no NaN.
double number_of(const Json& answer, const char* key) {
  const auto value = Value(answer.value(key, "")).leading_number();
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

class PythonEstimator : public EnergyEstimator {
 public:
  PythonEstimator(std::shared_ptr<Child> child, std::string name, std::size_t index)
      : child_(std::move(child)), name_(std::move(name)), index_(index) {}

  std::string name() const override { return name_; }

  Support support(const Query& query) const override {
    const Json answer = ask("support", query);
    return {number_of(answer, "accuracy"), answer.value("reason", "")};
  }

  double estimate(const Query& query) const override {
    return number_of(ask("estimate", query), "value");
  }

 private:
  Json ask(const char* call, const Query& query) const {
    Json answer = child_->ask({{"call", call}, {"estimator", index_}, {"query", to_json(query)}});
    if (answer.contains("declined")) throw Declined(answer.value("declined", ""));
    if (answer.contains("error")) throw std::runtime_error(answer.value("error", ""));
    return answer;
  }

  std::shared_ptr<Child> child_;
  std::string name_;
  std::size_t index_;
};

}  // namespace

std::vector<std::unique_ptr<EnergyEstimator>> load_python(const std::string& path) {
  auto child = std::make_shared<Child>(path);
  const Json greeting = child->receive();
  if (greeting.contains("error")) child->fail(greeting.value("error", ""));
  std::vector<std::unique_ptr<EnergyEstimator>> result;
  for (const auto& name : greeting.value("estimators", std::vector<std::string>())) {
    result.push_back(std::make_unique<PythonEstimator>(child, name, result.size()));
  }
  if (result.empty()) child->fail("it holds no estimator");
  return result;
}

}  // namespace tilewright::energy
