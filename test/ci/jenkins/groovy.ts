/** Groovy, the language of Jenkins' pipelines, from its Maven package. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSION = '5.0.8';
const RUNNER = join(import.meta.dirname, 'pipeline.groovy');

/** Why there is none and can be none, as one sentence for people; undefined when there is one or can be. */
export function whyNoGroovy(): string | undefined {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    if (!existsSync(jar())) execFileSync('mvn', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no Groovy: there is no Java, or no Maven to fetch it with';
  }
}

/** The command that runs a Jenkinsfile; fetches Groovy where it is not there yet.
 * @throws Error when Maven fails */
export function runJenkinsfile(file: string): string {
  if (!existsSync(jar())) {
    const artifact = `-Dartifact=org.apache.groovy:groovy:${VERSION}`;
    execFileSync('mvn', ['--quiet', '--batch-mode', 'dependency:get', artifact, '-Dtransitive=false']);
  }
  return `exec java -cp '${jar()}' groovy.ui.GroovyMain '${RUNNER}' '${file}'`;
}

function jar(): string {
  const repository = join(homedir(), '.m2/repository/org/apache/groovy/groovy', VERSION);
  return join(repository, `groovy-${VERSION}.jar`);
}
