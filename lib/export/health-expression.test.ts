import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fluxExpression } from './health-expression.ts';

it.each([
  ['object.status.phase == "Ready"', 'status.phase == "Ready"'],
  [
    'has(object.status.phase) && object.status.phase == "Ready"',
    'has(status.phase) && status.phase == "Ready"',
  ],
  ['object.status.objects.all(o, o.object.name != "")', 'status.objects.all(o, o.object.name != "")'],
  [`object.metadata.name == 'object.status'`, `metadata.name == 'object.status'`],
  [`object.spec.text == """a "quoted" object.spec"""`, `spec.text == """a "quoted" object.spec"""`],
  ['object . status . ready', '  status . ready'],
  ['!object.spec.paused // object.spec', '!spec.paused // object.spec'],
  ['objects.size() > 0', 'objects.size() > 0'],
])('says %s as %s', (ours, theirs) => {
  expect(fluxExpression(ours)).toBe(theirs);
});

it.each([
  'has(object.status)',
  'has( object.status )',
  '"status" in object',
  'object["status"]["phase"] == "Ready"',
  'object == null',
  'object.size() > 2',
  '[1].all(object, object > 0)',
])('does not say %s', (ours) => {
  expect(fluxExpression(ours)).toBeUndefined();
});

it('changes nothing that is not about the object', () => {
  const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('object'));
  fc.assert(
    fc.property(text, (one) => {
      expect(fluxExpression(one)).toBe(one);
    }),
  );
});
