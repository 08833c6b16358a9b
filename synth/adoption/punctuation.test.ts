import type { ArrayExpression, ObjectExpression } from 'acorn';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSource } from './program-source.ts';
import { withItems, withMember, withoutItem, withoutMember } from './punctuation.ts';
import { applyEdit } from './text-edit.ts';

/** A literal as people lay it out: on one line or several, with or without a last comma, with remarks. */
const layout = fc.record({
  names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }),
  broken: fc.boolean(),
  comma: fc.boolean(),
  remark: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
});

function laidOut(
  [open, close]: readonly [string, string],
  members: readonly string[],
  { broken, comma, remark, newline }: { broken: boolean; comma: boolean; remark: boolean; newline: string },
): string {
  if (members.length === 0) return `${open}${close}`;
  const last = members.length - 1;
  const lines = members.map((member, index) => {
    const end = index < last || comma ? ',' : '';
    return `${member}${end}${broken && remark ? ' // on it' : ''}`;
  });
  const between = broken ? `${newline}  ` : ' ';
  return `${open}${between}${lines.join(between)}${broken ? newline : ' '}${close}`;
}

const worthOf = (text: string): unknown => new Function(`'use strict'; ${text}; return x;`)();
const nodeOf = (text: string) => {
  const source = parseSource('main.js', text)!;
  const found = source.places.find(
    ({ node }) => node.type === 'ObjectExpression' || node.type === 'ArrayExpression',
  );
  return { source, node: found!.node };
};

describe('members of an object', () => {
  it('come to those that are there', () => {
    fc.assert(
      fc.property(layout, ({ names, ...as }) => {
        const text = `const x = ${laidOut(
          ['{', '}'],
          names.map((name) => `${name}: 1`),
          as,
        )};`;
        const { source, node } = nodeOf(text);
        const edited = applyEdit(text, withMember(source, node as ObjectExpression, 'new: [2]'));
        expect(worthOf(edited)).toEqual({ ...Object.fromEntries(names.map((name) => [name, 1])), new: [2] });
        // Every remark stays with what it is about.
        for (const line of edited.split(/\r?\n/).filter((one) => one.includes('//')))
          expect(line).not.toContain('new');
      }),
    );
  });

  it('go, and nothing else does', () => {
    fc.assert(
      fc.property(layout, fc.nat(3), ({ names, ...as }, at) => {
        fc.pre(at < names.length);
        const text = `const x = ${laidOut(
          ['{', '}'],
          names.map((name) => `${name}: 1`),
          as,
        )};`;
        const { source, node } = nodeOf(text);
        const object = node as ObjectExpression;
        const edited = applyEdit(text, withoutMember(source, object, object.properties[at]!)!);
        expect(worthOf(edited)).toEqual(Object.fromEntries(names.toSpliced(at, 1).map((name) => [name, 1])));
      }),
    );
  });
});

describe('items of a list', () => {
  it('come to where they belong', () => {
    fc.assert(
      fc.property(layout, fc.nat(4), ({ names, ...as }, at) => {
        fc.pre(at <= names.length);
        const text = `const x = ${laidOut(
          ['[', ']'],
          names.map((name) => `'${name}'`),
          as,
        )};`;
        const { source, node } = nodeOf(text);
        const edited = applyEdit(text, withItems(source, node as ArrayExpression, at, ['1', '2'])!);
        expect(worthOf(edited)).toEqual((names as unknown[]).toSpliced(at, 0, 1, 2));
      }),
    );
  });

  it('go, and nothing else does', () => {
    fc.assert(
      fc.property(layout, fc.nat(3), ({ names, ...as }, at) => {
        fc.pre(at < names.length);
        const text = `const x = ${laidOut(
          ['[', ']'],
          names.map((name) => `'${name}'`),
          as,
        )};`;
        const { source, node } = nodeOf(text);
        const list = node as ArrayExpression;
        const edited = applyEdit(text, withoutItem(source, list, list.elements[at]!)!);
        expect(worthOf(edited)).toEqual(names.toSpliced(at, 1));
      }),
    );
  });

  it('that are not there cannot be counted', () => {
    const { source, node } = nodeOf('const x = [1, , 2];');
    expect(withItems(source, node as ArrayExpression, 1, ['3'])).toBeUndefined();
  });
});
