/** The demo's repository: a remote that calls a webhook after each push, and a clone with the example program. */
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../version.ts';
import { quietGit } from './stage.ts';

export interface DemoRepository {
  readonly remote: string;
  readonly clone: string;
  /** A `node_modules` directory with what the program imports. */
  readonly packages: string;
}

export interface DemoWebhook {
  readonly port: number;
  readonly secret: string;
}

/** @param namespace the beginning of the names of the namespaces that the program uses */
export function makeRepository(directory: string, namespace: string, webhook: DemoWebhook): DemoRepository {
  const remote = join(directory, 'shop.git');
  const clone = join(directory, 'shop');
  quietGit(directory, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  quietGit(directory, 'init', '--quiet', '--initial-branch=main', clone);
  quietGit(clone, 'remote', 'add', 'origin', remote);
  quietGit(clone, 'config', 'user.name', 'Demo');
  quietGit(clone, 'config', 'user.email', 'demo@example.com');
  installHook(remote, webhook);

  const example = join(packageRoot(), 'examples', 'demo');
  cpSync(join(example, 'main.ts'), join(clone, 'main.ts'));
  writeFileSync(join(clone, 'settings.json'), `${JSON.stringify({ namespace }, null, 2)}\n`);
  writeFileSync(
    join(clone, 'package.json'),
    `{ "name": "${namespace}", "type": "module", "private": true }\n`,
  );
  writeFileSync(join(clone, '.gitignore'), 'node_modules\n');
  const packages = join(clone, 'node_modules');
  linkPackages(packages);
  return { remote, clone, packages };
}

/** The packages of this checkout, and the checkout itself as `truekeel`. */
function linkPackages(target: string): void {
  const root = packageRoot();
  mkdirSync(target);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(target, name));
  }
  if (!existsSync(join(target, 'truekeel'))) symlinkSync(root, join(target, 'truekeel'));
}

/** Calls the webhook as a forge does, and does not keep the push waiting for it. */
function installHook(remote: string, { port, secret }: DemoWebhook): void {
  const script = join(remote, 'hooks', 'call-webhook.mjs');
  writeFileSync(
    script,
    `import { createHmac } from 'node:crypto';
const [ref, before, after] = process.argv.slice(2);
const body = JSON.stringify({ ref, before, after, repository: { full_name: 'demo/shop' } });
const signature = createHmac('sha256', ${JSON.stringify(secret)}).update(body).digest('hex');
const headers = { 'x-hub-signature-256': 'sha256=' + signature, 'x-github-event': 'push' };
await fetch('http://127.0.0.1:${port}/webhook', { method: 'POST', headers, body }).catch(() => {});
`,
  );
  const hook = `#!/bin/sh\nwhile read -r old new ref; do\n  case "$ref" in refs/heads/rendered/*) ;; refs/heads/*) push="$ref $old $new" ;; esac\ndone\n[ -n "$push" ] && "${process.execPath}" "${script}" $push >/dev/null 2>&1 &\n`;
  writeFileSync(join(remote, 'hooks', 'post-receive'), hook, { mode: 0o755 });
}
