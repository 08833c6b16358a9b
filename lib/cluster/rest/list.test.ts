import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../cluster.ts';
import { configMap, TestClient } from '../testing.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const NAMES = Array.from({ length: 9 }, (_, i) => `m${i}`);
let cluster: Cluster;
let client: TestClient;

beforeAll(async () => {
  cluster = await startCluster({ controllers: false });
  client = new TestClient(cluster);
  for (const name of NAMES) await client.send('POST', MAPS, configMap(name));
});

afterAll(async () => {
  client.close();
  await cluster.stop();
});

async function pages(limit: number, between: (page: number) => Promise<unknown> = async () => undefined) {
  const names: string[] = [];
  const versions = new Set<string>();
  let token = '';
  for (let page = 0; page === 0 || token !== ''; page++) {
    const { body } = await client.send('GET', `${MAPS}?limit=${limit}&continue=${encodeURIComponent(token)}`);
    names.push(...body.items.map((item: { metadata: { name: string } }) => item.metadata.name));
    versions.add(body.metadata.resourceVersion);
    token = body.metadata.continue ?? '';
    await between(page);
  }
  return { names, versions };
}

test('pages of any size put together are the whole list', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (limit) => {
      expect((await pages(limit)).names).toEqual(NAMES);
    }),
    { numRuns: 8 },
  );
});

test('all pages show the moment of the first one, whatever is written meanwhile', async () => {
  const { names, versions } = await pages(2, async (page) => {
    await client.send('POST', MAPS, configMap(`m0-${page}`));
    await client.send('DELETE', `${MAPS}/m0-${page}`);
    if (page === 0) await client.send('DELETE', `${MAPS}/m8`);
  });
  await client.send('POST', MAPS, configMap('m8'));
  expect(names).toEqual(NAMES);
  expect(versions.size).toBe(1);
});

test('a continue token from before a compaction is expired', async () => {
  const { body } = await client.send('GET', `${MAPS}?limit=1`);
  await client.send('POST', MAPS, configMap('other'));
  await client.send('DELETE', `${MAPS}/other`);
  cluster.compact();
  const answer = await client.send(
    'GET',
    `${MAPS}?limit=1&continue=${encodeURIComponent(body.metadata.continue)}`,
  );
  expect(answer).toMatchObject({ status: 410, body: { reason: 'Expired' } });
});

test('an exact resourceVersion shows the past', async () => {
  const before = await client.send('GET', MAPS);
  await client.send('POST', MAPS, configMap('later'));
  const version = before.body.metadata.resourceVersion;
  const past = await client.send('GET', `${MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`);
  expect(past.body.items.length).toBe(NAMES.length);
  expect((await client.send('GET', `${MAPS}?resourceVersion=${version}`)).body.items.length).toBe(
    NAMES.length + 1,
  );
  expect((await client.send('GET', `${MAPS}?resourceVersion=999999`)).status).toBe(504);
});

test('a token that nobody gave out is refused', async () => {
  expect((await client.send('GET', `${MAPS}?limit=1&continue=nonsense`)).status).toBe(400);
});
