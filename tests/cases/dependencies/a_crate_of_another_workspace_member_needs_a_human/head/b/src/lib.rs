use regex::Regex;
