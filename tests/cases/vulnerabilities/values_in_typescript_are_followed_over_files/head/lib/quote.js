module.exports = function (words) {
  return "'" + words + "'";
};
