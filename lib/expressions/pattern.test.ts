import { describe, expect, it } from 'vitest';
import { javaScriptPattern } from './pattern.ts';

/** A pattern of Go's, texts that it matches, and texts that it does not: as Go 1.26's regexp says. */
const PATTERNS: readonly (readonly [
  pattern: string,
  matches: readonly string[],
  misses: readonly string[],
])[] = [
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', ['a', 'a-b'], ['-a', 'A', '']],
  [
    '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE])?$',
    ['100m', '1.5Gi'],
    ['1 Gi', 'x'],
  ],
  ['^[\\w-.]+$', ['a-b.c'], ['a/b']],
  ['^[^/]+/[^/]+$', ['a/b'], ['a', 'a/b/c']],
  ['\\A\\d{2}\\z', ['12'], ['123', '12\n']],
  ['^[[:alpha:]][[:alnum:]_-]*$', ['a1_-'], ['1a']],
  ['^(?P<year>\\d+)-(?:x|y)$', ['2030-x'], ['2030-z']],
  ['^a{,3}$', ['a{,3}'], ['aaa']],
  ['^[]a]+$', [']a]'], ['b']],
  ['^[^]a]+$', ['b'], [']']],
  ['^\\s$', [' ', '\t'], ['\u00a0', '\v']],
  ['^[\\s-]+$', [' -'], ['\u00a0']],
  ['^.$', ['a', '\r'], ['\n']],
  ['^\\x41\\x{1F600}$', ['A\u{1F600}'], ['A']],
  ['^\\pL\\p{Greek}$', ['aα'], ['1α', 'ab']],
  ['^\\-\\@\\_\\~\\%$', ['-@_~%'], ['-']],
  ['^[\\-\\.@]$', ['-', '.', '@'], ['\\']],
  ['^((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)$', ['10.0.0.1'], ['10.0.0.256']],
];

describe('a pattern of Go', () => {
  it.each(PATTERNS)('%s means the same in JavaScript', (pattern, matches, misses) => {
    const source = javaScriptPattern(pattern);
    expect(source).toBeDefined();
    const compiled = new RegExp(source!, 'u');
    expect(matches.filter((text) => !compiled.test(text))).toEqual([]);
    expect(misses.filter((text) => compiled.test(text))).toEqual([]);
  });

  it.each(['(?i)abc', '[[:^alpha:]]', '\\Qa.b\\E', 'a\\', '[a', '(', '[\\S]', '\\8'])(
    '%s is left to the server',
    (pattern) => {
      expect(javaScriptPattern(pattern)).toBeUndefined();
    },
  );
});
