//! The table of everything that can be wrong with a document.

/// How bad an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The document loads all the same.
    Warning,
    /// The document does not load.
    Error,
}

impl Severity {
    /// The word used in messages and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($name:ident $code:literal $severity:ident $title:literal, $remedy:literal;)*) => {
        /// What is wrong. Codes are stable: a code that falls out of use is not given to anything else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $title] $name,)* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as printed: `G012`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it means, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What to do about it, where the issue itself has nothing better to say.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    Syntax "G001" Error "not valid YAML", "correct the line; the parser stops here, so later faults show after that";
    TooBig "G002" Error "document too big", "a document may have 256 KiB";
    TooDeep "G003" Error "nested too deeply", "a document may be nested 32 levels deep";
    TooMuch "G004" Error "aliases expand to too much", "a document may have 32768 values once aliases are expanded";
    TooManyNodes "G005" Error "too many nodes", "a document may have 512 nodes in all";
    DuplicateKey "G006" Error "key given twice", "remove one of the two";
    BadAlias "G007" Error "alias inside what it stands for", "move the anchor";
    OneDocument "G008" Error "more than one YAML document", "keep one document per file; remove `---`";
    BadTag "G009" Error "tags are not supported", "remove the tag";
    UnknownVersion "G010" Error "unknown format version", "write `graph: 1`";
    MissingKey "G011" Error "key missing", "add the key";
    UnknownKey "G012" Error "unknown key", "remove the key";
    UnknownKind "G013" Error "unknown kind", "`lavalink-rust nodes` lists all kinds";
    WrongType "G014" Error "value of the wrong type", "write a value of the right type";
    WrongUnit "G015" Error "wrong unit", "write a unit that fits, or none for the table's own";
    OutOfRange "G016" Error "value out of range", "choose a value inside the range";
    NotWhole "G017" Error "not a whole number", "write a number without a fraction";
    TooLong "G018" Error "text too long", "write a shorter text";
    UnknownWord "G019" Error "word not among the choices", "choose one of the listed words";
    BadDevice "G020" Error "device name with forbidden characters",
        "a device name may have letters, digits and `_ : , = . -`; define an alias in asound.conf for anything else";
    BadName "G021" Error "bad name", "a name starts with a letter; letters, digits, `_` and `-` follow, 64 at most";
    ReservedName "G022" Error "reserved name", "choose a name other than `device` and `player`";
    KindCheck "G023" Error "values that do not go together", "change one of the values";
    Renamed "G024" Warning "key was renamed", "write the new name; the old one will go one day";
    BadWire "G030" Error "wire that cannot be read", "write wires as `a -> b -> c`";
    UnknownNode "G031" Error "unknown node", "add the node, or correct the name";
    UnknownPort "G032" Error "unknown port", "`lavalink-rust nodes KIND` lists the ports of a kind";
    WrongEdge "G033" Error "wire between ports that do not match", "put the right kind of node in between";
    Unwired "G034" Error "input not wired", "wire something to it, or remove the node";
    DoublyWired "G035" Error "input wired twice", "an input takes one wire; put a `mixer` in front to join two";
    Cycle "G036" Error "cycle without a delay", "put a node that may stand in a cycle, such as `delay`, on the way back";
    Unreached "G037" Error "node that no sound reaches", "wire it, or remove it";
    Sources "G038" Error "not exactly one source", "a player has one node of kind `source`; the device has none";
    Place "G039" Error "node on the wrong side of the stream",
        "decoders, resamplers and speed changers stand in one plain chain from the source on, before wires part or join";
    MixerFull "G040" Error "no free input", "give the mixer more `inputs`";
    Outputs "G041" Error "output that leads nowhere", "wire it to a sink or to a node of the device";
    UnknownFilter "G050" Error "filter the kind does not implement", "remove `filter`, or use the kind that implements it";
    FilterTwice "G051" Error "filter driven by two nodes", "each filter may be named once";
    DegradeUnknown "G052" Error "`degrade` names what is not there", "correct the name";
    NotPrunable "G053" Error "node that may not be pruned", "sources, decoders, encoders and sinks must stay";
    UnknownProfile "G060" Error "cannot find what is extended", "name a shipped profile, or a path relative to this file";
    ExtendsCycle "G061" Error "`extends` goes in a circle", "remove one `extends`";
    ExtendsForbidden "G062" Error "path in `extends` not allowed here",
        "only local files may extend a path; name a shipped profile";
    Confined "G063" Error "value not allowed over the network",
        "a document that comes over the network may use only what the document loaded at start names";
}
