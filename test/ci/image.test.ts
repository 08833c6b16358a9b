/** The instructions of the image. What they make is tried without a container, in .ci/check-package.mjs. */
import { type Copy, DockerfileParser, type From } from 'dockerfile-ast';
import { expect, it } from 'vitest';
import { templateText } from './templates.ts';

const dockerfile = DockerfileParser.parse(templateText('image/Dockerfile'));
const instructions = dockerfile.getInstructions();
const named = (keyword: string) => instructions.filter((one) => one.getKeyword() === keyword);

it('has instructions that there are, and stages that it names', () => {
  const known = ['ARG', 'FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'CMD'];
  for (const one of instructions) expect(known).toContain(one.getKeyword());
  const stages = named('FROM').flatMap((one) => (one as From).getBuildStage() ?? []);
  const from = named('COPY').flatMap((one) => (one as Copy).getFromFlag()?.getValue() ?? []);
  expect(from).toEqual(stages);
});

it('takes its base by an argument, which a digest can be given for', () => {
  expect(dockerfile.getInitialARGs().map((one) => one.getProperty()?.getName())).toEqual(['BASE']);
  for (const one of named('FROM')) expect((one as From).getImage()).toMatch(/^\$\{BASE\}$/);
});

it('runs as somebody who is not root, and starts no program in front of a shell', () => {
  const users = named('USER').map((one) => one.getArgumentsContent());
  expect(users).toEqual(['node']);
  const last = instructions.findLastIndex((one) => ['RUN', 'COPY'].includes(one.getKeyword()));
  expect(instructions.indexOf(named('USER')[0]!)).toBeGreaterThan(last);
  expect(named('ENTRYPOINT')).toEqual([]);
});

it('runs no script of a package to install it', () => {
  const installs = named('RUN').filter((one) => one.getArgumentsContent()?.includes('npm install'));
  expect(installs).toHaveLength(1);
  expect(installs[0]!.getArgumentsContent()).toContain('--ignore-scripts');
});
