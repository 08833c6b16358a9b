import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSnapshot, writeSnapshot } from './file.ts';
import type { Snapshot } from './snapshot.ts';

const snapshot: Snapshot = {
  takenAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  cluster: { server: 'https://10.0.0.1:6443', context: 'production', uid: 'a', version: 'v1.37.2' },
  environment: 'production',
  project: 'shop',
  namespaces: ['shop'],
  unread: [{ kind: 'Event', because: 'skipped' }],
  kinds: [
    { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, verbs: ['list'] },
  ],
  objects: ['a', 'b\nc', 'ü'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
};

function codeOf(bytes: Buffer): string | undefined {
  try {
    readSnapshot(bytes, 'x.snapshot');
    return undefined;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

/** The file with its text edited, and packed again. */
function edited(edit: (text: string) => string): Buffer {
  return gzipSync(edit(gunzipSync(writeSnapshot(snapshot)).toString('utf8')));
}

describe('the file of a snapshot', () => {
  it('gives back what was written', () => {
    expect(readSnapshot(writeSnapshot(snapshot), 'x')).toEqual(snapshot);
    const empty = { ...snapshot, objects: [], unread: [], kinds: [] };
    expect(readSnapshot(writeSnapshot(empty), 'x')).toEqual(empty);
  });

  it('of another version is refused by its version, whatever else is in it', () => {
    const next = edited((text) => text.replace('"version":1', '"version":2'));
    expect(codeOf(next)).toBe('SNAPSHOT_VERSION');
    expect(codeOf(gzipSync('{"truekeel":"snapshot","version":7}'))).toBe('SNAPSHOT_VERSION');
  });

  it('that lost or gained something is damaged, wherever', () => {
    expect(codeOf(edited((text) => text.slice(0, text.lastIndexOf('{'))))).toBe('SNAPSHOT_INVALID');
    expect(codeOf(edited((text) => `${text}{}\n`))).toBe('SNAPSHOT_INVALID');
    expect(codeOf(edited((text) => text.replace('"name":"a"', '"name":"z"')))).toBe('SNAPSHOT_INVALID');
    expect(codeOf(edited((text) => text.replace('"server":"https', '"sever":"https')))).toBe(
      'SNAPSHOT_INVALID',
    );
    expect(codeOf(edited((text) => text.replace('2026-01-02', '2026-99-02')))).toBe('SNAPSHOT_INVALID');
  });

  it('that is something else is no snapshot', () => {
    for (const bytes of [Buffer.from(''), Buffer.from('{}'), gzipSync('{}'), gzipSync('null\n')])
      expect(codeOf(bytes)).toBe('SNAPSHOT_INVALID');
  });

  it('is never read when it was cut off or a byte of it is another one', () => {
    const whole = writeSnapshot(snapshot);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        expect(codeOf(whole.subarray(0, at))).toBe('SNAPSHOT_INVALID');
        const other = Buffer.from(whole);
        other[at] = other[at]! ^ flip;
        // Bytes of gzip's own header, such as the time, may be any.
        if (at >= 10) expect(['SNAPSHOT_INVALID', 'SNAPSHOT_VERSION']).toContain(codeOf(other));
      }),
    );
  });
});
