/** What expressions may name in any of Kubernetes 1.27 to 1.37 (apiserver, pkg/cel/environment/base.go): functions and macros
 * by their last name, and the first parts of the names of types and libraries. */

export const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['all', 'exists', 'existsOne', 'exists_one', 'filter', 'has', 'map', 'bind', 'block', 'index'],
  ...['transformList', 'transformMap', 'transformMapEntry', 'optMap', 'optFlatMap', 'unwrap', 'unwrapOpt'],
  ...['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint', 'size'],
  ...['contains', 'endsWith', 'matches', 'startsWith'],
  ...['getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getFullYear', 'getHours'],
  ...['getMilliseconds', 'getMinutes', 'getMonth', 'getSeconds'],
  ...['charAt', 'format', 'indexOf', 'join', 'lastIndexOf', 'lowerAscii', 'quote', 'replace', 'reverse'],
  ...['split', 'substring', 'trim', 'upperAscii', 'encode', 'decode'],
  ...['first', 'last', 'flatten', 'sort', 'sortBy', 'distinct', 'slice', 'range', 'includes'],
  ...['isSorted', 'sum', 'min', 'max', 'find', 'findAll', 'extract', 'extractAll', 'replaceAll'],
  ...['isURL', 'url', 'getEscapedPath', 'getHost', 'getHostname', 'getPort', 'getQuery', 'getScheme'],
  ...['add', 'asApproximateFloat', 'asInteger', 'compareTo', 'isGreaterThan', 'isInteger', 'isLessThan'],
  ...['isQuantity', 'quantity', 'sign', 'sub'],
  ...['cidr', 'containsCIDR', 'containsIP', 'family', 'ip', 'isCIDR', 'isCanonical', 'isGlobalUnicast'],
  ...['isIP', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isLoopback', 'isUnspecified', 'masked'],
  ...['prefixLength'],
  ...['isSemver', 'major', 'minor', 'patch', 'semver'],
  ...['contains', 'equivalent', 'intersects'],
  'escapeKey',
  ...['dns1035Label', 'dns1035LabelPrefix', 'dns1123Label', 'dns1123LabelPrefix', 'dns1123Subdomain'],
  ...['dns1123SubdomainPrefix', 'labelValue', 'qualifiedName', 'byte', 'date', 'datetime', 'named', 'uri'],
  ...['uuid', 'validate'],
  ...['hasValue', 'none', 'of', 'ofNonZeroValue', 'optional', 'or', 'orValue', 'value'],
  ...['allowed', 'authorizer', 'check', 'errored', 'error', 'fieldSelector', 'group', 'labelSelector'],
  ...['name', 'namespace', 'path', 'reason', 'requestResource', 'resource', 'serviceAccount', 'subresource'],
]);

/** Those that are functions only behind the name of a library, such as `format.uri`, and those that take what has any type. */
export const UNCERTAIN: ReadonlySet<string> = new Set([
  ...[
    'authorizer',
    'byte',
    'date',
    'datetime',
    'decode',
    'dns1035Label',
    'dns1035LabelPrefix',
    'dns1123Label',
  ],
  ...[
    'dns1123LabelPrefix',
    'dns1123Subdomain',
    'dns1123SubdomainPrefix',
    'encode',
    'equivalent',
    'escapeKey',
  ],
  ...['extract', 'extractAll', 'includes', 'intersects', 'isCanonical', 'labelValue', 'named', 'none', 'of'],
  ...['ofNonZeroValue', 'optional', 'qualifiedName', 'quote', 'range', 'replaceAll', 'requestResource'],
  ...['unwrap', 'unwrapOpt', 'uri', 'uuid'],
]);

export const NAMES: ReadonlySet<string> = new Set([
  ...['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'list', 'map', 'null_type', 'string'],
  ...['timestamp', 'type', 'uint', 'optional', 'optional_type', 'google', 'kubernetes', 'net', 'cel'],
  ...['base64', 'format', 'ip', 'cidr', 'jsonpatch', 'lists', 'regex', 'sets', 'strings', 'semver'],
]);
