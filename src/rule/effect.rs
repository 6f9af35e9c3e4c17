//! What functions and methods of a language do with values: the words that `rules/lib/` says it in. What methods
//! do, functions may do with their first argument.

use serde::Deserialize;

/// What a call does with the values that it is given.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    // Functions, by their paths.
    /// Its first argument, as a text.
    Text,
    /// The same, and what comes out is a text and nothing else.
    TextOnly,
    /// Its first argument, or an empty list.
    List,
    /// A map of its arguments by name.
    Map,
    /// How long its first argument is.
    Length,
    /// The character of a number.
    Character,
    /// Pairs of a number and an element.
    Enumerate,
    /// Lists of one element of each argument.
    Zip,
    /// What its first argument makes of each element of the second.
    Apply,
    /// Those elements of the second argument that its first one lets through.
    Select,
    /// One element of its first argument.
    Element,
    /// The attribute of its first argument that the second one names.
    Attribute,
    /// Nothing that is known.
    Nothing,
    /// A path of its arguments.
    JoinPath,
    /// The same, with all `..` resolved.
    JoinClean,
    /// The same as an object.
    PathObject,
    /// Its first argument, with all links and `..` resolved.
    ResolvePath,
    /// The way from its first argument to the second, with all `..` resolved.
    PathFrom,
    /// What its arguments begin with; resolved where they are.
    CommonPath,
    /// An address of its first argument: scheme, host, and so on.
    Address,
    /// A pattern, compiled.
    Expression,
    /// Of what a call gives: a pattern that is asked for once.
    Once,
    /// The same: one that is asked for everywhere.
    Everywhere,
    /// What its first argument, a function, gives.
    Made,
    /// Its first argument, wrapped.
    Wrap,
    /// A command of the program that is its first argument.
    Command,
    /// Its first argument, a text, with the others in place of its verbs: `%s`.
    Verbs,
    /// All its arguments as one text.
    Glue,
    /// Something that is not nothing: an error.
    Something,
    /// Its first argument, a function, with the others given to it already.
    Partial,
    /// The module that its first argument names; a table of modules by name.
    LoadModule,
    /// Calls its first argument, or its keyword `target`, with the others.
    HandOn,
    /// Calls its first argument with each element of the others.
    HandEach,
    /// Sets the attribute of its first argument that the second one names.
    SetAttribute,

    // Methods, by their names.
    /// The receiver itself, where nothing is given, or a function, or a known text.
    Unwrap,
    /// The receiver; what is given is for where there is nothing in it.
    OrError,
    /// What the function that is given makes of the receiver.
    Then,
    /// What it makes of an element of the receiver.
    ThenEach,
    /// The receiver, or what is given.
    OrElse,
    /// The receiver; the function that is given sees its elements.
    Visit,
    /// Whether the function that is given holds for some part of a path.
    AnyPart,
    /// Whether it holds for all.
    AllParts,
    /// Something that the receiver's text says.
    Parse,
    /// The receiver, a command, with one more argument.
    Argument,
    /// The same, with a list of arguments.
    Arguments,
    /// The receiver's elements as one text.
    Concat,
    /// Whether the receiver holds the argument.
    Contains,
    /// Nothing that a caller could have chosen.
    Harmless,
    /// The same; what is known of the receiver's truth stays.
    Truth,
    /// The same, turned round.
    Untruth,
    /// In small letters.
    Lower,
    /// In capitals.
    Upper,
    /// Without blanks, or other characters, at the ends.
    Trim,
    /// A text made of the receiver, part by part the same.
    Keep,
    /// The receiver with the second argument in place of what the first one, a pattern, matches.
    ReplaceMatched,
    /// The same; of a text, in its first place only.
    ReplaceFirst,
    /// Parts of the receiver's text replaced.
    Replace,
    /// The second argument, with the first one in place of what the receiver, a pattern, matches.
    Substitute,
    /// The same, with the text first.
    SubstituteIn,
    /// The receiver with the argument behind it.
    Beside,
    /// The receiver's text with arguments put into it.
    Format,
    /// The same, where `$name` stands for an argument.
    Fill,
    /// The argument's elements, with the receiver's text between them.
    Join,
    /// Parts of the receiver's text, where the argument ends them.
    Split,
    /// Parts of the receiver's text.
    Pieces,
    /// Each of its characters.
    Characters,
    /// Whether it begins with the argument.
    Starts,
    /// Whether it holds certain characters only.
    Letters,
    /// The receiver, a path, resolved.
    Resolve,
    /// Whether it is below the argument.
    IsBelow,
    /// Its path from the argument; fails where it is not below it.
    Below,
    /// The same; nothing where it is not below it.
    PartBelow,
    /// The receiver, a path, and the arguments behind it.
    Behind,
    /// One more element in the receiver.
    Append,
    /// The same, or one more text behind the receiver's.
    Push,
    /// One more text behind the receiver's.
    AppendText,
    /// All elements of the argument in the receiver.
    Extend,
    /// One more element at a place, or under a key.
    Insert,
    /// An element under a key.
    Set,
    /// The same; the result is the element.
    SetDefault,
    /// The element of a place or a key, taken out of a list.
    Take,
    /// An element taken out of a list by what it is.
    Remove,
    /// The list turned round.
    Reverse,
    /// Nothing left.
    Clear,
    /// The element of a key.
    Get,
    /// All elements.
    Values,
    /// All keys with their elements.
    Pairs,
    /// All keys.
    Keys,
    /// The receiver itself.
    Copy,
}
