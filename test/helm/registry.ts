/** Where charts are fetched from in tests: a repository of charts, and as much of an OCI registry as `helm pull` asks for. */
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { digestOf } from '../../lib/objects/index.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export interface ChartServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly requests: readonly string[];
}

/** @param archives by `name-version` */
export async function serveCharts(archives: Readonly<Record<string, Buffer>>): Promise<ChartServer> {
  const requests: string[] = [];
  const files = new Map<string, { readonly body: Buffer; readonly type: string }>();
  const entries = new Map<string, string[]>();
  const add = (path: string, body: Buffer | string, type = 'application/octet-stream') =>
    files.set(path, { body: Buffer.from(body), type });
  for (const [file, archive] of Object.entries(archives)) {
    const [, name = '', version = ''] = /^(.*?)-(\d.*)$/.exec(file) ?? [];
    const config = Buffer.from(JSON.stringify({ apiVersion: 'v2', name, version }));
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.cncf.helm.config.v1+json',
        digest: digestOf(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
          digest: digestOf(archive),
          size: archive.length,
        },
      ],
    });
    add(`/charts/${file}.tgz`, archive);
    for (const reference of [version, digestOf(manifest)]) {
      add(`/v2/oci/${name}/manifests/${reference}`, manifest, MANIFEST);
    }
    for (const blob of [config, archive]) add(`/v2/oci/${name}/blobs/${digestOf(blob)}`, blob);
    entries.set(name, [
      ...(entries.get(name) ?? []),
      `{apiVersion: v2, name: ${name}, version: ${version}, urls: [${file}.tgz]}`,
    ]);
  }
  for (const [name, versions] of entries) {
    const tags = versions.map((entry) => /version: ([^,]*)/.exec(entry)![1]);
    add(`/v2/oci/${name}/tags/list`, JSON.stringify({ name: `oci/${name}`, tags }), 'application/json');
  }
  const index = [...entries].map(([name, versions]) => `  ${name}: [${versions.join(', ')}]`);
  add('/charts/index.yaml', `apiVersion: v1\nentries:\n${index.join('\n')}\n`);
  add('/v2/', '{}', 'application/json');
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname;
    requests.push(path);
    const file = files.get(path);
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': file.type,
      'content-length': file.body.length,
      'docker-content-digest': digestOf(file.body),
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { readonly port: number }; // it listens on a port
  return { host: `127.0.0.1:${port}`, requests };
}
