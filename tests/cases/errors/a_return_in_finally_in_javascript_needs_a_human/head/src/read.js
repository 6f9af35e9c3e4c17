exports.read = (file) => {
  let text = "";
  try {
    text = file.text();
  } finally {
    return text;
  }
};
