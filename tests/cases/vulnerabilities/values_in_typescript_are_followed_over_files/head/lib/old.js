const { exec } = require("child_process");
const helpers = require("./helpers");
const quote = require("./quote");
exports.ping = (req, res) => {
  exec(helpers.line(req.query.host), () => res.end());
};
exports.say = (req, res) => {
  exec("say " + quote(req.query.words), () => res.end());
};
