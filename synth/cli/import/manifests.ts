/** `truekeel import yaml`: from existing Kubernetes YAML to a program that renders the same objects. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  generateProgram,
  type ImportedApplication,
  type ImportedManifest,
} from '../../../lib/import/index.ts';
import { compareText, type RenderedApplication, TruekeelError } from '../../../lib/objects/index.ts';
import { type ManifestSet, manifestFiles, readManifestSets } from '../../../lib/render/index.ts';
import type { Command, Flags } from '../command.ts';
import { text } from '../settings.ts';
import { printProgram } from './print.ts';
import { applicationName, writeProven } from './proof.ts';

export const importManifests: Command = async ([path], flags, context) => {
  const started = performance.now();
  if (path === undefined) {
    throw new TruekeelError('where is the YAML?', {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Name a file or a folder.',
    });
  }
  const { cwd } = context;
  const root = resolve(cwd, path);
  if (existsSync(join(root, 'Chart.yaml'))) {
    return (await import('./helm.ts')).importChartAsProgram(path, started, flags, context);
  }
  const files = await manifestFiles(root);
  const environment = text(flags.environment) ?? 'production';
  const wanted = await readManifestSets(setsOf(files, root, flags), { environment, root: cwd });
  const texts = new Map(
    await Promise.all(files.map(async (file) => [nameOf(file, cwd), await readFile(file, 'utf8')] as const)),
  );
  const applications = wanted.applications.map((application) => withComments(application, texts));
  const out = resolve(cwd, text(flags.out) ?? 'main.ts');
  const origin = `Made of ${relative(cwd, root).replaceAll(sep, '/') || 'this folder'} by truekeel import yaml: the same objects.`;
  await writeProven({
    out,
    text: generateProgram([{ name: environment, applications }], origin),
    wanted: [wanted],
  });
  return printProgram({ what: 'yaml', out, wanted: [wanted], left: [], started }, flags, context);
};

/** One application, or one for each folder that has files. */
function setsOf(files: readonly string[], root: string, flags: Flags): readonly ManifestSet[] {
  const given = text(flags.application);
  const whole = given ?? applicationName(root);
  if (flags.byFolder !== true) return [{ application: whole, files }];
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const folder = relative(root, dirname(file));
    const name = folder === '' || file === root ? whole : applicationName(folder.replaceAll(sep, '-'));
    folders.set(name, [...(folders.get(name) ?? []), file]);
  }
  return [...folders].map(([application, files]) => ({ application, files }));
}

function nameOf(file: string, cwd: string): string {
  return relative(cwd, file).replaceAll(sep, '/') || file;
}

/** The objects in the order in which they were written, each with the comment that stood above it. */
function withComments(
  { name, objects }: RenderedApplication,
  texts: ReadonlyMap<string, string>,
): ImportedApplication {
  const written = objects.toSorted(
    (a, b) =>
      compareText(a.source?.file ?? '', b.source?.file ?? '') ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0),
  );
  const isOneFile = new Set(written.map(({ source }) => source?.file)).size < 2;
  const manifests = written.map(({ object, source }, index): ImportedManifest => {
    const before = written[index - 1]?.source;
    if (!source || (before?.file === source.file && before.line === source.line)) return { object };
    const file = isOneFile || before?.file === source.file ? [] : [source.file];
    const comment = [...file, ...commentAbove(texts.get(source.file) ?? '', source.line)];
    return { object, ...(comment.length > 0 && { comment }) };
  });
  return { name, objects: manifests };
}

/** The lines right above a line that are comments, without their signs. */
function commentAbove(text: string, line: number): readonly string[] {
  const lines = text.split('\n').slice(0, line - 1);
  const start = lines.findLastIndex((above) => !/^\s*#/.test(above)) + 1;
  return lines.slice(start).map((comment) => comment.replace(/^\s*#+ ?/, '').trimEnd());
}
