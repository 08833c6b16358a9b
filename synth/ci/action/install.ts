/** What npm is asked for: Truekeel, and the Node that it is tested with, neither of which runs a script to be installed. */

export function installCommand(packages: readonly string[]): readonly [string, ...string[]] {
  return [
    'npm',
    'install',
    '--ignore-scripts',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...packages,
  ];
}

/** The package that holds Node's program for a machine.
 * @throws Error when there is none */
export function nodeOf(platform: string, arch: string): string {
  if (!['darwin', 'linux'].includes(platform) || !['arm64', 'x64'].includes(arch))
    throw new Error(`Truekeel runs on Linux and macOS, x64 and arm64, not on ${platform} ${arch}`);
  return `node-${platform}-${arch}`;
}
