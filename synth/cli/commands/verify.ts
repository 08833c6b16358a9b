import {
  type CheckedProvenance,
  checkProvenance,
  readRendered,
  verifyRendered,
} from '../../../lib/branch/index.ts';
import type { Oid } from '../../../lib/git/index.ts';
import type { RenderedEnvironment } from '../../../lib/objects/index.ts';
import { type RenderRequest, renderOnly } from '../../pipeline/render.ts';
import { requireSigned } from '../../pipeline/signers.ts';
import { assertSame } from '../../pipeline/stability.ts';
import { anewAfter, commandsNotAllowed, isCommand } from '../../program/index.ts';
import { version } from '../../version.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { renderRequest } from '../render-request.ts';
import type { ResultOf } from '../results.ts';
import { environmentRef, readSettings, requiredSignatures, requireRepository } from '../settings.ts';
import { table } from '../table.ts';
import { Warnings } from '../warnings.ts';

const CHANGE = { missing: 'missing', extra: 'extra', changed: 'different' } as const;

export const command: Command = async (_args, flags, context) => {
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const signatures = requiredSignatures(settings);
  const release = await readRendered(repository, environmentRef(settings));
  const signedBy = await requireSigned(repository, release, signatures);
  const asked = renderRequest(settings, context, new Warnings(terminal));
  const of = (source: { readonly commit: Oid; readonly program: string }) => ({
    ...asked,
    program: trustedProgram(asked, source),
    environment: release.environment,
    source: source.commit,
  });
  const request = of(release.source);
  const { onWarning: _, ...silent } = request;
  // In two directories, at the same time: what depends on either is not the same in both.
  const once = renderOnly(repository, request);
  const [first, second] = await Promise.all([
    once,
    renderOnly(repository, { ...silent, charts: { ...silent.charts, anew: anewAfter(once) } }),
  ]);
  assertSame(first, second);
  const [rendered] = first;
  const applications = new Map<string, RenderedEnvironment>();
  for (const [name, source] of release.applicationSources) {
    const [older] = await renderOnly(repository, of(source));
    applications.set(name, older!);
  }
  const versions = { truekeel: version() };
  const checked = await verifyRendered(repository, rendered!, { versions, applications });
  const provenance = await checkProvenance(repository, rendered!, checked.commit, signatures.rendered);
  const result: ResultOf<'verify'> = {
    environment: release.environment,
    commit: checked.commit,
    source: release.source.commit,
    matches: checked.matches,
    ...(Object.keys(signedBy).length > 0 && { signedBy }),
    ...(provenance && { provenance }),
    differences: checked.differences.map(({ path, difference }) => ({ path, change: CHANGE[difference] })),
  };
  if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
  else if (result.matches) {
    terminal.out(
      `${release.branch} ${result.commit.slice(0, 7)} is what source ${result.source.slice(0, 7)} renders to.`,
    );
    for (const line of signerLines(result)) terminal.out(line);
    terminal.out(provenanceText(provenance));
  } else {
    terminal.out(
      `${release.branch} ${result.commit.slice(0, 7)} is not what source ${result.source.slice(0, 7)} renders to:`,
    );
    for (const line of table([['file', ''], ...result.differences.map(({ path, change }) => [path, change])]))
      terminal.out(line);
    if (release.source.dirty) terminal.out('It was rendered from a work tree with uncommitted changes.');
  }
  return result.matches ? Exit.done : Exit.validation;
};

/** Whoever can write to a rendered branch shall not say what runs outside of the sandbox. */
function trustedProgram(asked: RenderRequest, { program }: { readonly program: string }): string {
  if (!isCommand(program) || asked.program === program) return program;
  throw commandsNotAllowed(
    program,
    `Give it with --app ${JSON.stringify(program)} --allow-commands if you trust it.`,
  );
}

function signerLines({ signedBy, commit, source }: ResultOf<'verify'>): readonly string[] {
  const line = (what: string, oid: string, who: string | undefined) =>
    who === undefined ? [] : [`The ${what} commit ${oid.slice(0, 7)} is signed by ${who}.`];
  return [...line('rendered', commit, signedBy?.rendered), ...line('source', source, signedBy?.source)];
}

function provenanceText(provenance: CheckedProvenance | undefined): string {
  if (!provenance) return 'There is no note here of what it was made of.';
  const by = provenance.signedBy === undefined ? '' : `, signed by ${provenance.signedBy}`;
  return `The note says what it was made of${by}.`;
}
