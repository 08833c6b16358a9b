/** Whole-process import of CustomResourceDefinitions: `truekeel import crd` against `cdk8s import`, on the same file.
 *
 *     node bench/import.ts [--objects 300] [--rounds 3] [--cli FILE]
 *
 * `--objects` counts definitions. Each has some 200 fields on five levels, with documentation, bounds, patterns and
 * enums: what generators for Go types write. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitYamlDocuments, type JsonValue } from '../lib/objects/index.ts';
import { alternate, ratio, report, settingsFrom, timeProcess, timing, truekeelCommand } from './harness.ts';
import { installPeers, versionOf } from './peers.ts';
import { scratch } from './project.ts';

const TEXT =
  'This is what generators make of a comment in Go: a sentence or two that say what the field does, and\n' +
  'what happens when it is left out, which is that nothing in particular happens.';

const settings = settingsFrom(process.argv.slice(2), { objects: 300, rounds: 3 });

await report('import', settings, async (progress) => {
  const modules = await installPeers(progress);
  const directory = scratch('import');
  const file = join(directory, 'crds.yaml');
  writeFileSync(file, emitYamlDocuments(definitions(settings.objects)));
  const cli = join(modules, 'cdk8s-cli', 'bin', 'cdk8s');

  const truekeel = async () => {
    const out = scratch('out');
    const run = await timeProcess(truekeelCommand(settings, 'import', 'crd', file, '--out', out), {
      cwd: directory,
    });
    expectClasses(out, settings.objects);
    return run.ms;
  };
  const cdk8s = async () => {
    const out = scratch('out');
    const command = [
      process.execPath,
      cli,
      'import',
      file,
      '--language',
      'typescript',
      '--output',
      out,
    ] as const;
    const run = await timeProcess(command, { cwd: directory, env: { CDK8S_CHECK_UPGRADE: 'false' } });
    expectClasses(out, settings.objects);
    return run.ms;
  };

  progress(`one round to warm up and ${settings.rounds} to measure`);
  await truekeel();
  const [own = [], peer = []] = await alternate(settings.rounds, [truekeel, cdk8s]);
  return {
    peer: `cdk8s-cli ${versionOf(modules, 'cdk8s-cli')}`,
    input: `${Math.round(readFileSync(file).length / 1024)} KiB`,
    truekeel: timing(own),
    cdk8s: timing(peer),
    ratio: ratio(own, peer),
  };
});

/** Both must have made a class of each definition. */
function expectClasses(directory: string, count: number): void {
  const made = globSync('*.ts', { cwd: directory })
    .map((file) => readFileSync(join(directory, file), 'utf8').match(/^export class Kind\d+ /gm)?.length ?? 0)
    .reduce((sum, one) => sum + one, 0);
  if (made !== count) throw new Error(`${made} classes were made, not ${count}`);
}

function definitions(count: number): readonly JsonValue[] {
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `kind${index}s.group${index % 20}.example.com` },
    spec: {
      group: `group${index % 20}.example.com`,
      scope: 'Namespaced',
      names: {
        kind: `Kind${index}`,
        plural: `kind${index}s`,
        singular: `kind${index}`,
        listKind: `Kind${index}List`,
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: `Kind${index} is the schema of a resource that exists for this measurement.`,
              properties: { spec: level(4), status: level(1) },
            },
          },
        },
      ],
    },
  }));
}

function level(depth: number): JsonValue {
  const below =
    depth === 0
      ? {}
      : { nested: level(depth - 1), items: { type: 'array', description: TEXT, items: level(depth - 1) } };
  return {
    type: 'object',
    description: TEXT,
    required: ['name'],
    properties: {
      name: {
        type: 'string',
        description: TEXT,
        minLength: 1,
        maxLength: 63,
        pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      },
      mode: {
        type: 'string',
        description: TEXT,
        enum: ['Always', 'Never', 'IfNotPresent'],
        default: 'Always',
      },
      count: { type: 'integer', description: TEXT, format: 'int32', minimum: 0, maximum: 100 },
      labels: { type: 'object', description: TEXT, additionalProperties: { type: 'string' } },
      port: {
        'x-kubernetes-int-or-string': true,
        description: TEXT,
        anyOf: [{ type: 'integer' }, { type: 'string' }],
      },
      ...below,
    },
  };
}
