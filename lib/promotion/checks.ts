/** Gates that send a request: one try, ten seconds, no redirects, for what is waited for is asked again anyway. */
import type { Gate } from '../objects/index.ts';
import { type CheckPorts, CheckUnavailable } from './check-ports.ts';
import type { GateAnswer } from './gate-result.ts';

const TIMEOUT_MS = 10_000;
const DEFAULT_NAMESPACE = 'default';
/** More than any answer with one number in it. */
const LONGEST_ANSWER = 1_000_000;

type RequestPorts = Pick<CheckPorts, 'fetch' | 'authorization' | 'signal'>;
type HttpGate = Extract<Gate, { readonly type: 'http' }>;
type MetricGate = Extract<Gate, { readonly type: 'metric' }>;

export async function checkHttp(gate: HttpGate, ports: RequestPorts): Promise<GateAnswer> {
  return answered(gate.url, async () => {
    const { status } = await ask(gate.url, gate, ports, async (response) => {
      await response.body?.cancel();
      return response;
    });
    const said = `${hostOf(gate.url)} answered ${status}`;
    if (gate.status.includes(status)) return { state: 'passed', why: said };
    return { state: 'failed', why: `${said}, not ${gate.status.join(' or ')}` };
  });
}

/** HTTP API of Prometheus, "Instant queries". */
export async function checkMetric(gate: MetricGate, ports: RequestPorts): Promise<GateAnswer> {
  const { server, query, atLeast, atMost } = gate;
  const url = `${server.replace(/\/+$/, '')}/api/v1/query?query=${encodeURIComponent(query)}`;
  return answered(url, async () => {
    const answer = await ask(url, gate, ports, async (response) => ({
      status: response.status,
      body: await readShort(response),
    }));
    if (answer.status !== 200) return { state: 'waiting', why: `${hostOf(url)} answered ${answer.status}` };
    const numbers = numbersIn(answer.body);
    if (numbers === undefined)
      return { state: 'waiting', why: `${hostOf(url)} did not answer as Prometheus does` };
    if (numbers.length !== 1) {
      const why = `the query gives ${numbers.length === 0 ? 'no value' : `${numbers.length} values, not one`}`;
      return { state: numbers.length === 0 ? 'waiting' : 'failed', why };
    }
    const value = numbers[0]!;
    const isWithin =
      value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
    const bounds = [
      ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
      ...(atMost === undefined ? [] : [`at most ${atMost}`]),
    ];
    const why = `it is ${value}, ${isWithin ? '' : 'not '}${bounds.join(' and ')}`;
    return { state: isWithin ? 'passed' : 'failed', why };
  });
}

/** @returns undefined when the text is no answer of Prometheus */
function numbersIn(text: string): readonly number[] | undefined {
  try {
    const { status, data } = JSON.parse(text) as { status?: unknown; data?: unknown };
    const { resultType, result } = Object(data) as { resultType?: unknown; result?: unknown };
    if (status !== 'success' || !Array.isArray(result)) return undefined;
    if (resultType === 'scalar') return [Number(result[1])];
    if (resultType !== 'vector') return undefined;
    return result.map((sample) => Number((Object(sample) as { value?: unknown[] }).value?.[1]));
  } catch {
    return undefined;
  }
}

/** The time that it may take covers what is read of the answer. */
async function ask<T>(
  url: string,
  { secret, namespace = DEFAULT_NAMESPACE }: HttpGate | MetricGate,
  { fetch, authorization, signal }: RequestPorts,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const headers =
    secret === undefined ? {} : { authorization: await authorization({ namespace, name: secret }) };
  return read(
    await fetch(url, {
      headers,
      // Credentials shall not go where somebody else says.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }),
  );
}

async function readShort(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LONGEST_ANSWER) throw new CheckUnavailable('it answered more than anybody reads');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function answered(url: string, check: () => Promise<GateAnswer>): Promise<GateAnswer> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof CheckUnavailable) return { state: 'waiting', why: error.message };
    return { state: 'waiting', why: `${hostOf(url)} ${reasonOf(error)}` };
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** The codes of Node's errors; their messages may have the address in them. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'did not answer in time';
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code === undefined ? 'cannot be reached' : `cannot be reached (${code})`;
}
