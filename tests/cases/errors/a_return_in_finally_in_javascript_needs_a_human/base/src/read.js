exports.read = (file) => {
  const text = file.text();
  return text;
};
