function line(host) {
  return ["ping", "-c", "1", host].join(" ");
}
module.exports = { line, fixed: () => "ping localhost" };
