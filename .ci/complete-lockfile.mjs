// Completes package-lock.json after `npm install`: a registry that lacks some platforms' prebuilt packages makes npm
// leave these optional packages out, and `npm ci` then refuses the lockfile on every platform. Each missing one is
// written down with the version that its parent names and the platform that its name says. Download addresses are
// left out, so that the lockfile works with any registry.
import { readFileSync, writeFileSync } from 'node:fs';

const OS = /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|aix|wasm32)/;
const CPU = /(arm64|arm|x64|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32)/;

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (path === '' || places.some((place) => lock.packages[place])) continue;
    const os = OS.exec(name)?.[1];
    const cpu = CPU.exec(name)?.[1];
    if (!cpu && !os) continue;
    lock.packages[`node_modules/${name}`] = {
      version: version.replace(/^[\^~]/, ''),
      ...(cpu && { cpu: [cpu] }),
      ...(name.endsWith('musl') && { libc: ['musl'] }),
      optional: true,
      ...(os && os !== 'wasm32' && { os: [os] }),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform packages added`);
