import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAssets, findGo, isComplete, type Places, placesFrom, whyMissing } from './assets.ts';
import {
  API_BINARIES,
  buildFlags,
  cacheDirectory,
  cacheHome,
  cacheKey,
  kubernetesVersion,
  moduleDirectory,
  NODE_BINARIES,
} from './binaries.ts';
import { decide, isAskedFor } from './global-setup.ts';
import { ensureAssets } from './go.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'truekeel-assets-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(folder: string, names: readonly string[], content = ''): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), content, { mode: 0o755 });
  return folder;
}

const API = API_BINARIES.map(({ name }) => name);
const NODES = NODE_BINARIES.map(({ name }) => name);

describe('the search for binaries', () => {
  const places = (kubebuilderAssets?: string): Places => ({ kubebuilderAssets, cache: join(root, 'cache') });

  it('prefers KUBEBUILDER_ASSETS to the cache', () => {
    put(join(root, 'cache', 'bin'), API);
    const search = findAssets('api', places(put(join(root, 'own'), ['etcd'])));
    expect(isComplete(search)).toBe(true);
    expect(search.assets.paths.get('etcd')).toBe(join(root, 'own', 'etcd'));
    expect(search.assets.paths.get('kube-apiserver')).toBe(join(root, 'cache', 'bin', 'kube-apiserver'));
  });

  it('takes no file that cannot be run', () => {
    put(join(root, 'cache', 'bin'), API);
    rmSync(join(root, 'cache', 'bin', 'etcd'));
    writeFileSync(join(root, 'cache', 'bin', 'etcd'), '', { mode: 0o644 });
    expect(findAssets('api', places()).missing.map(({ name }) => name)).toEqual(['etcd']);
  });

  it('needs the stages of KWOK for nodes, but not for the API server', () => {
    put(join(root, 'cache', 'bin'), [...API, ...NODES]);
    expect(isComplete(findAssets('api', places()))).toBe(true);
    const search = findAssets('nodes', places());
    expect(isComplete(search)).toBe(false);
    expect(whyMissing(search, places())).toContain('stages.yaml missing');
  });
});

describe('the decision whether tests run', () => {
  it('is for an API server without nodes when KUBEBUILDER_ASSETS has only that', () => {
    const own = put(join(root, 'own'), API);
    expect(decide({ XDG_CACHE_HOME: root, PATH: '', KUBEBUILDER_ASSETS: own })).toEqual({ nodes: false });
  });

  it('is for everything when there is a Go that can build it', () => {
    const bin = put(join(root, 'bin'), ['go'], '#!/bin/sh\necho go version go1.26.8 linux/amd64\n');
    expect(decide({ XDG_CACHE_HOME: root, PATH: bin })).toEqual({ nodes: true });
  });

  it('is against it, with the reason, when there is nothing', () => {
    expect(decide({ XDG_CACHE_HOME: root, PATH: '' })).toEqual({
      reason: expect.stringMatching(
        /^no control plane: etcd, kube-apiserver, .*KUBEBUILDER_ASSETS is not set/,
      ),
    });
  });

  it('is an error on CI', () => {
    expect(() => decide({ XDG_CACHE_HOME: root, PATH: '', CI: 'true' })).toThrow('no control plane');
  });
});

describe('the question whether a run needs a control plane', () => {
  it('is answered by the imports of the chosen files, near and far', () => {
    const suite = join(import.meta.dirname, 'suite.ts');
    put(root, ['far.test.ts'], "import { helper } from './helper.ts';\n");
    put(
      root,
      ['helper.ts'],
      `import type { X } from './far.test.ts';\nexport { helper } from '${relative(root, suite)}';\n`,
    );
    put(root, ['other.test.ts'], "import { expect } from 'vitest';\nimport { gone } from './gone.ts';\n");
    expect(isAskedFor([join(root, 'other.test.ts')])).toBe(false);
    expect(isAskedFor([join(root, 'other.test.ts'), join(root, 'far.test.ts')])).toBe(true);
  });
});

describe('the search for Go', () => {
  const go = (version: string) =>
    put(join(root, version), ['go'], `#!/bin/sh\necho go version ${version} linux/amd64\n`);

  it('takes the first on the path', () => {
    const path = [join(root, 'empty'), go('go1.26.8'), go('go1.22')].join(delimiter);
    expect(findGo({ PATH: path })).toBe(join(root, 'go1.26.8', 'go'));
  });

  it('takes none that is too old to fetch a newer toolchain', () => {
    expect(findGo({ PATH: go('go1.19.8') })).toBeUndefined();
  });
});

describe('building', () => {
  const script = `#!/bin/sh
case "$1" in
  version) echo go version go1.26.8 linux/amd64 ;;
  build) while [ "$1" != -o ]; do shift; done; echo "$CGO_ENABLED $GOFLAGS $3" > "$2" ;;
  mod) ;;
  list) echo "$FAKE_MODULE" ;;
esac
`;
  const environment = () => ({
    XDG_CACHE_HOME: root,
    PATH: [put(join(root, 'go'), ['go'], script), process.env.PATH].join(delimiter),
    FAKE_MODULE: join(root, 'kwok'),
  });
  const putStages = () => {
    for (const [folder, names] of [
      ['node/fast', ['node-initialize.yaml']],
      ['node/heartbeat-with-lease', ['node-heartbeat-with-lease.yaml']],
      ['pod/fast', ['pod-ready.yaml', 'pod-complete.yaml', 'pod-delete.yaml']],
      ['volume/fast', ['pvc-provision.yaml', 'pvc-delete.yaml', 'pv-bind.yaml', 'pv-delete.yaml']],
    ] as const) {
      put(join(root, 'kwok', 'kustomize', 'stage', folder), names, 'kind: Stage\n');
    }
  };

  it('builds everything once, without cgo, and then nothing', async () => {
    putStages();
    const lines: string[] = [];
    const assets = await ensureAssets('nodes', {
      environment: environment(),
      onProgress: (line) => lines.push(line),
    });
    expect([...assets.paths.keys()].sort()).toEqual([...API, ...NODES].sort());
    expect(readFileSync(assets.paths.get('kwok') ?? '', 'utf8')).toBe(
      '0 -mod=readonly sigs.k8s.io/kwok/cmd/kwok\n',
    );
    expect(readFileSync(assets.stages ?? '', 'utf8').split('\n---\n')).toHaveLength(9);
    expect(lines[0]).toBe('control plane: building etcd (1 of 6)');
    await ensureAssets('nodes', { environment: environment(), onProgress: (line) => lines.push(line) });
    expect(lines).toHaveLength(12);
  });

  it('leaves nothing half-built behind when Go fails', async () => {
    const failing = script.replace('build)', 'build) echo "cannot find module" >&2; exit 1;;\n  never)');
    const own = put(join(root, 'failing'), ['go'], failing);
    const failed = ensureAssets('api', { environment: { ...environment(), PATH: own } });
    await expect(failed).rejects.toThrow('cannot find module');
    const places = placesFrom({ XDG_CACHE_HOME: root });
    expect(findAssets('api', places).missing).toHaveLength(API.length);
  });
});

describe('the cache', () => {
  it('lies in the folder that XDG names, if that is absolute', () => {
    expect(cacheHome({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/truekeel');
    expect(cacheHome({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache\/truekeel$/);
    expect(cacheDirectory({ XDG_CACHE_HOME: '/c' })).toBe(`/c/truekeel/controlplane/${cacheKey()}`);
  });

  it('has a key that is the same each time', () => {
    expect(cacheKey()).toMatch(/^[0-9a-f]{16}$/);
    expect(cacheKey()).toBe(cacheKey());
  });
});

describe('the modules', () => {
  it('tell the binaries of Kubernetes their version', () => {
    const [apiserver] = API_BINARIES.filter(({ name }) => name === 'kube-apiserver');
    expect(buildFlags(apiserver!).join(' ')).toContain(`version.gitVersion=${kubernetesVersion()} `);
  });

  it('take every staging module in the version of the Kubernetes they build', () => {
    const text = readFileSync(join(moduleDirectory('kubernetes'), 'go.mod'), 'utf8');
    const staging = kubernetesVersion().replace('v1.', 'v0.');
    const replaced = [...text.matchAll(/^\s*(?:replace )?(k8s\.io\/\S+) => (\S+) (\S+)$/gm)];
    expect(replaced.length).toBeGreaterThan(20);
    for (const [, from, to, version] of replaced) expect([from, to, version]).toEqual([from, from, staging]);
  });
});
