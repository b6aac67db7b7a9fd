#include "model/energy/estimators/python_child.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <vector>

#include "model/duration.hpp"
#include "model/energy/estimators/child_process.hpp"
#include "model/energy/estimators/python_host.hpp"
#include "model/energy/registry.hpp"

namespace tilewright::energy {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostAnswer = std::size_t{1} << 20U;  // bytes: a number and a reason

/// Both ends of a conversation, closed when nobody needs them any more.
class Channel {
 public:
  Channel() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) != 0) {
      throw std::system_error(errno, std::generic_category());
    }
  }
  ~Channel() {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int ours() const { return ends_[0]; }
  int theirs() const { return ends_[1]; }
  void close_theirs() {
    ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

// A python3 that runs python_host.py.
class Child {
 public:
  Child(const std::string& path, std::chrono::milliseconds limit, const StopToken& stop)
      : path_(path), limit_(limit), stop_(stop) {
    try {
      channel_.emplace();
      process_.emplace(ChildLaunch{.command = {"python3", "-c", std::string(kPythonHost), path},
                                   .input = channel_->theirs(),
                                   .output = channel_->theirs()});
      channel_->close_theirs();
    } catch (const std::system_error& error) {
      fail(fmt::format("cannot start python3: {}", error.code().message()));
    }
  }

  ~Child() {
    channel_.reset();  // the child reads the end of its input and leaves
    constexpr std::chrono::milliseconds kGrace{1000};
    if (!failed_) (void)process_->wait(kGrace);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  const std::string& path() const { return path_; }
  [[noreturn]] void fail(const std::string& what) {
    failed_ = true;
    throw EstimatorFault(fmt::format("Python plug-in '{}': {}", path_, what));
  }

  Json ask(const Json& question) {
    if (failed_) fail("it has failed before");
    const std::string line = question.dump() + "\n";
    for (std::size_t at = 0; at < line.size();) {
      if (!is_ready(POLLOUT)) continue;
      const auto sent =
          ::send(channel_->ours(), line.data() + at, line.size() - at, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (sent <= 0) fail("python3 ended; its messages are above");
      at += static_cast<std::size_t>(sent);
    }
    return receive();
  }

  Json receive() {
    const std::string line = receive_line();
    Json answer = Json::parse(line, nullptr, false);
    if (!answer.is_object()) fail(fmt::format("no answer but '{}'", line.substr(0, 200)));
    return answer;
  }

 private:
  std::string receive_line() {
    const Clock::time_point end = Clock::now() + limit_;
    for (std::size_t looked_at = 0;;) {
      const auto newline = buffer_.find('\n', looked_at);
      if (newline != std::string::npos) {
        std::string line = buffer_.substr(0, newline);
        buffer_.erase(0, newline + 1);
        return line;
      }
      looked_at = buffer_.size();
      if (buffer_.size() > kMostAnswer) {
        fail(fmt::format("an answer longer than {} bytes", kMostAnswer));
      }
      if (Clock::now() >= end) fail(no_answer());
      if (is_ready(POLLIN)) read_some();
    }
  }

  void read_some() {
    char bytes[65536];
    const auto count = ::recv(channel_->ours(), bytes, sizeof bytes, 0);
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) fail("python3 ended; its messages are above");
    buffer_.append(bytes, static_cast<std::size_t>(count));
  }

  // Waits for a little while only, so that it does not matter who is told to stop.
  bool is_ready(short events) {
    constexpr int kPause = 50;  // ms
    if (stop_.requested()) failed_ = true;
    stop_.check();
    pollfd waiting{channel_->ours(), events, 0};
    return ::poll(&waiting, 1, kPause) > 0;
  }

  std::string no_answer() const {
    return fmt::format("no answer within {}",
                       format_seconds(std::chrono::duration<double>(limit_).count()));
  }

  using Clock = std::chrono::steady_clock;

  std::string path_;
  std::chrono::milliseconds limit_;
  StopToken stop_;
  std::optional<Channel> channel_;
  std::optional<ChildProcess> process_;
  bool failed_ = false;
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

std::vector<std::unique_ptr<EnergyEstimator>> load_python(const std::string& path,
                                                          std::chrono::milliseconds limit,
                                                          const StopToken& stop) {
  auto child = std::make_shared<Child>(path, limit, stop);
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
