/** Matchers over what holds objects together: order, ownership, settings. */
import {
  formatKey,
  type ObjectKey,
  type ObjectSettings,
  type RenderedApplication,
  type RenderedObject,
} from '../../../lib/objects/index.ts';
import { findEdges, KeyIndex } from '../../../lib/plan/index.ts';
import { describeObject, listObjects, withNearest } from '../describe.ts';
import { compare, isMatch } from '../partial.ts';
import { homeOf } from '../rendered.ts';
import { applicationsOf, isApplication, objectsOf, surroundingsOf } from '../subject.ts';
import { type MatcherContext, paintOf, type Verdict } from './verdict.ts';

/** @param other an application, or its name; an object, or its key: `ConfigMap shop/web-settings` */
export function toDependOn(
  this: MatcherContext,
  subject: unknown,
  other: string | RenderedApplication | RenderedObject,
): Verdict {
  const name = nameOf(other);
  const applications = applicationsOf(subject);
  const what = applications.length > 0 ? applications.map((one) => one.name).join(', ') : undefined;
  const objects = what === undefined ? objectsOf(subject) : [];
  const subjectName = what ?? objects.map((object) => describeObject(object, paintOf(this))).join(', ');
  const needed =
    what !== undefined && !name.includes(' ')
      ? applications.map(applicationsBefore)
      : (what === undefined ? objects : applications.flatMap((one) => one.objects)).map(objectsBefore);
  // Of applications that are asked about an object, one of their objects is enough.
  const has = (before: ReadonlySet<string>) => before.has(name);
  const pass =
    what !== undefined && name.includes(' ') ? needed.some(has) : needed.length > 0 && needed.every(has);
  const all = [...new Set(needed.flatMap((before) => [...before]))].sort();
  return {
    pass,
    message: () =>
      pass
        ? `expected ${subjectName} not to depend on ${name}, but it does`
        : `expected ${subjectName} to depend on ${name}; it depends on ${all.length === 0 ? 'nothing' : all.join(', ')}`,
  };
}

function nameOf(other: string | RenderedApplication | RenderedObject): string {
  if (typeof other === 'string') return other;
  return isApplication(other) ? other.name : formatKey(other.key);
}

/** What has to be ready before an application starts, by way of others, too. */
function applicationsBefore(application: RenderedApplication): ReadonlySet<string> {
  const known = homeOf(application)?.environment.applications ?? [application];
  const byName = new Map(known.map((one) => [one.name, one]));
  return closure(application.name, (name) => byName.get(name)?.dependsOn ?? []);
}

/** What is written, or ready, before an object: as people declared it, and as its fields need it. */
function objectsBefore(object: RenderedObject): ReadonlySet<string> {
  const around = surroundingsOf([object]);
  const keys = new KeyIndex(around.map(({ key }) => key));
  const next = new Map<string, string[]>();
  const add = (from: ObjectKey, to: ObjectKey) => {
    const known = next.get(formatKey(from));
    if (known) known.push(formatKey(to));
    else next.set(formatKey(from), [formatKey(to)]);
  };
  for (const { from, to } of findEdges(around, keys)) add(keys.keys[from]!, keys.keys[to]!);
  const applications = new Set(around.flatMap((one) => homeOf(one)?.application ?? []));
  for (const { edges } of applications) for (const { from, to } of edges) add(from, to);
  return closure(formatKey(object.key), (key) => next.get(key) ?? []);
}

function closure(start: string, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set(next(start));
  for (const name of seen) for (const further of next(name)) seen.add(further);
  return seen;
}

/** @param application the one that owns the objects, all of them */
export function toBeOwnedBy(this: MatcherContext, subject: unknown, application: string): Verdict {
  const objects = objectsOf(subject);
  const paint = paintOf(this);
  const others = objects.filter((object) => homeOf(object)?.application.name !== application);
  const pass = objects.length > 0 && others.length === 0;
  return {
    pass,
    message: () => {
      if (pass)
        return [`expected another owner than ${application} of:`, '', ...listObjects(objects, paint)].join(
          '\n',
        );
      const owners = new Set(others.map((object) => homeOf(object)?.application.name ?? 'nobody'));
      const found = others.length === 0 ? 'there are no objects' : `${[...owners].sort().join(', ')} owns:`;
      return [`expected ${application} to own all; ${found}`, '', ...listObjects(others, paint)].join('\n');
    },
  };
}

export function toHaveSettings(
  this: MatcherContext,
  subject: unknown,
  expected: Partial<ObjectSettings>,
): Verdict {
  const objects = objectsOf(subject);
  const paint = paintOf(this);
  const judged = objects.map((object) => ({
    object,
    comparison: compare({ ...expected }, { ...object.settings }),
  }));
  const wrong = judged.find(({ comparison }) => !isMatch(comparison));
  if (wrong) {
    const message = 'expected every object to have these settings; one that has not is';
    return { pass: false, message: () => withNearest(message, wrong.object, wrong.comparison, paint) };
  }
  return {
    pass: objects.length > 0,
    message: () =>
      objects.length === 0
        ? 'expected objects with these settings, but there are none'
        : ['expected other settings of:', '', ...listObjects(objects, paint)].join('\n'),
  };
}
