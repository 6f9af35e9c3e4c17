const S: &str = "
<<<<<<< HEAD
a
=======
b
>>>>>>> topic
";
