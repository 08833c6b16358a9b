/** Words that cannot be a name in one of the languages that jsii packages for, in the spelling that the name has there:
 * properties are snake case in Python, lower camel case in Java and TypeScript, and begin with a capital letter in Go and C#,
 * where no keyword does. */

const words = (text: string): readonly string[] => text.split(' ');

/** Python 3, "Keywords"; `self` is the first parameter of each method. */
const PYTHON = words(
  'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return self try while with yield none true false',
);

/** The Java Language Specification, section 3.9, and the methods that every class has, or every builder. */
const JAVA = words(
  'abstract assert boolean break byte case catch char class const continue default do double else enum extends final ' +
    'finally float for goto if implements import instanceof int interface long native new package private protected ' +
    'public return short static strictfp super switch synchronized this throw throws transient try void volatile while ' +
    'true false null build clone equals finalize getClass hashCode notify notifyAll toString wait',
);

/** Members that every class of C# and every struct of Go packaged by jsii has, spelled as a property would be. */
const CSHARP_AND_GO = words('equals finalize getHashCode getType memberwiseClone referenceEquals toString');

/** ECMAScript: members of every object, which a property would hide, and reserved words. */
const TYPESCRIPT = words(
  'arguments await break case catch class const constructor continue debugger default delete do else enum eval export ' +
    'extends false finally for function hasOwnProperty if implements import in instanceof interface isPrototypeOf let ' +
    'new null package private propertyIsEnumerable protected prototype public return static super switch this throw ' +
    'toLocaleString toString true try typeof var valueOf void while with yield',
);

export const RESERVED_PROPERTIES: ReadonlySet<string> = new Set([
  ...PYTHON,
  ...JAVA,
  ...CSHARP_AND_GO,
  ...TYPESCRIPT,
]);

/** Types that a class of the same name would hide in one of the languages, and what generated code itself names. */
export const RESERVED_TYPES: ReadonlySet<string> = new Set(
  words(
    'ApiObject ApiObjectMetadata Construct ImportedKind ImportedObject ' +
      // TypeScript
      'Array Boolean Date Error Function JSON Map Math Number Object Promise Proxy Record RegExp Set String Symbol ' +
      // Java's java.lang, and the class that each class has
      'Builder Byte Character Class Double Enum Exception Float Integer Iterable Long Module Override Package Process Runtime ' +
      'Short System Thread Throwable Void ' +
      // C#'s System
      'Action Attribute Buffer Char Console Decimal Delegate Environment Guid Int32 Int64 Lazy Nullable Random Task Tuple ' +
      'Type Uri Version ' +
      // Python
      'None True False',
  ),
);
