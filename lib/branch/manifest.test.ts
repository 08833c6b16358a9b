import { describe, expect, it } from 'vitest';
import { canonicalJson, DEFAULT_SETTINGS, digestOf } from '../objects/index.ts';
import { APPLICATION_SCHEMA, type ApplicationManifest, applicationDigest } from './manifest.ts';

const key = (kind: string, name: string) => ({
  group: kind === 'Deployment' ? 'apps' : '',
  kind,
  namespace: 'shop',
  name,
});
const bare: ApplicationManifest = {
  schema: APPLICATION_SCHEMA,
  name: 'web "quoted"',
  dependsOn: [],
  settings: DEFAULT_SETTINGS,
  edges: [],
  objects: [],
};
const full: ApplicationManifest = {
  ...bare,
  dependsOn: ['database', 'queue'],
  onFailure: 'roll-back',
  deleteLimits: { maxDeletes: 3 },
  notifications: [{ sink: 'slack', events: ['failed'], channel: '#größer' }],
  owners: ['team-shop'],
  links: [{ url: 'https://example.com/', title: 'Run book' }],
  health: [{ kind: 'Cache', group: 'example.com', current: 'true' }],
  edges: [{ from: key('Deployment', 'web'), to: key('ConfigMap', 'settings'), until: 'present' }],
  objects: [
    {
      key: key('Deployment', 'web'),
      apiVersion: 'apps/v1',
      digest: digestOf('a'),
      path: 'web/deployment.yaml',
      settings: { wait: 'none', waitTimeoutMs: 5_000 },
      constructPath: 'web/Deployment',
      source: { file: 'main.ts', line: 7 },
    },
    {
      key: key('Job', 'migrate'),
      apiVersion: 'batch/v1',
      digest: digestOf('b'),
      path: 'web/job.yaml',
      hook: { place: 'before', rerun: 'on-change', run: digestOf('c') },
    },
  ],
};

describe('the digest of an application', () => {
  it('is that of the canonical JSON of what counts', () => {
    expect(applicationDigest(bare)).toBe(
      digestOf(canonicalJson({ name: bare.name, dependsOn: [], edges: [], objects: [] })),
    );
    const { schema: _schema, settings, objects, ...counts } = full;
    const expected = {
      ...counts,
      objects: objects.map(({ constructPath: _path, source: _source, ...object }) => ({
        ...object,
        settings: { ...settings, ...object.settings },
      })),
    };
    // It is JSON, and written as it stands.
    expect(applicationDigest(full)).toBe(digestOf(canonicalJson(JSON.parse(JSON.stringify(expected)))));
  });
});
