exports = module.exports = make;
function make() {}
exports.part = 1;
