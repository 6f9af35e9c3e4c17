module.exports = {
  testEnvironment: "node",
  testPathIgnorePatterns: ["/slow/"],
};
