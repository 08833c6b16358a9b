/** From a template to a tree of what it does. Go source, text/template/parse. */
import { type Part, partsOf, type Token } from './lexer.ts';
import { TemplateProblem, type Value } from './values.ts';

export type Operand =
  | { readonly kind: 'constant'; readonly value: Value }
  /** `.` with fields, or a variable with fields. */
  | { readonly kind: 'path'; readonly variable?: string; readonly fields: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'nested'; readonly pipeline: Pipeline; readonly fields: readonly string[] };

export interface Pipeline {
  /** Variables that it declares, or sets. */
  readonly variables: readonly string[];
  readonly isDeclared: boolean;
  /** Each with what stands in it; what comes out of one is the last argument of the next. */
  readonly commands: readonly (readonly Operand[])[];
}

export type Step = { readonly source: string } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Step[];
      readonly otherwise: readonly Step[];
    }
  | { readonly kind: 'template'; readonly name: string; readonly pipeline?: Pipeline }
  | { readonly kind: 'break' | 'continue' }
);

export interface Template {
  readonly steps: readonly Step[];
  /** By name. */
  readonly defined: ReadonlyMap<string, readonly Step[]>;
}

/** @throws TemplateProblem */
export function parseTemplate(template: string): Template {
  return new Parser(partsOf(template)).template();
}

interface Body {
  readonly steps: readonly Step[];
  /** The words of what ended it: `end`, or `else` with what follows. */
  readonly end: readonly Token[];
  readonly source: string;
}

class Parser {
  readonly #parts: readonly Part[];
  readonly #defined = new Map<string, readonly Step[]>();
  #at = 0;
  #loops = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  template(): Template {
    const steps: Step[] = [];
    for (;;) {
      const body = this.#body();
      steps.push(...body.steps);
      if (body.source === '') break;
      throw notUnderstood(body.source); // an `end` of nothing
    }
    return { steps, defined: this.#defined };
  }

  /** Up to what ends it; the source is empty at the end of the template. */
  #body(): Body {
    const steps: Step[] = [];
    for (let part = this.#parts[this.#at]; part; part = this.#parts[this.#at]) {
      this.#at += 1;
      if (part.kind === 'text') {
        steps.push({ kind: 'text', text: part.text, source: part.text });
        continue;
      }
      const [first] = part.tokens;
      const word = first?.kind === 'name' ? first.text : '';
      if (word === 'end' || word === 'else') return { steps, end: part.tokens, source: part.source };
      const step = this.#step(word, part.tokens, part.source);
      if (step) steps.push(step);
    }
    return { steps, end: [], source: '' };
  }

  #step(word: string, tokens: readonly Token[], source: string): Step | undefined {
    const reader = new ActionReader(tokens.slice(1), source);
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(word, reader, source);
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw notUnderstood(source);
        reader.end();
        return { kind: word, source };
      case 'define':
      case 'block': {
        const name = reader.name();
        const pipeline = word === 'block' ? reader.pipeline() : undefined;
        reader.end();
        const loops = this.#loops;
        this.#loops = 0;
        this.#defined.set(name, this.#ended(source));
        this.#loops = loops;
        return pipeline && { kind: 'template', name, pipeline, source };
      }
      case 'template': {
        const name = reader.name();
        const pipeline = reader.isAtEnd ? undefined : reader.pipeline();
        reader.end();
        return { kind: 'template', name, source, ...(pipeline && { pipeline }) };
      }
      default: {
        const action = new ActionReader(tokens, source);
        const pipeline = action.pipeline();
        action.end();
        return { kind: 'print', pipeline, source };
      }
    }
  }

  #ended(source: string): readonly Step[] {
    const { steps, end } = this.#body();
    if (end.length !== 1 || end[0]!.text !== 'end') throw notUnderstood(source);
    return steps;
  }

  #branch(kind: 'if' | 'with' | 'range', reader: ActionReader, source: string): Step {
    const pipeline = reader.pipeline(kind === 'range' ? 2 : 1);
    reader.end();
    if (kind === 'range') this.#loops += 1;
    const { steps: body, end, source: ending } = this.#body();
    if (kind === 'range') this.#loops -= 1;
    const [word, next, ...more] = end;
    if (word?.text === 'end' && next === undefined) return { kind, pipeline, body, otherwise: [], source };
    if (word?.text !== 'else') throw notUnderstood(source);
    if (next === undefined) return { kind, pipeline, body, otherwise: this.#ended(source), source };
    // `else if` takes the `end` of the whole.
    const chained = next.kind === 'name' && next.text === kind && kind !== 'range';
    if (!chained) throw notUnderstood(ending);
    const otherwise = this.#branch(kind, new ActionReader(more, ending), ending);
    return { kind, pipeline, body, otherwise: [otherwise], source };
  }
}

/** The words of one action. */
class ActionReader {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  end(): void {
    if (!this.isAtEnd) throw notUnderstood(this.#source);
  }

  /** Of a template: a constant. */
  name(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'constant' || typeof token.value !== 'string') throw notUnderstood(this.#source);
    this.#at += 1;
    return token.value;
  }

  /** @param mostVariables that it may declare */
  pipeline(mostVariables = 1): Pipeline {
    const { variables, isDeclared } = this.#declaration(mostVariables);
    const commands = [this.#command()];
    while (this.#takes('|')) commands.push(this.#command());
    // Only functions take what comes out of another command.
    if (commands.slice(1).some(([first]) => first?.kind !== 'function')) throw notUnderstood(this.#source);
    return { variables, isDeclared, commands };
  }

  #declaration(most: number): { readonly variables: readonly string[]; readonly isDeclared: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'variable') break;
      this.#at += 1;
      variables.push(token.text);
    } while (variables.length < most && this.#takes(','));
    if (variables.length > 0) {
      if (this.#takes(':=')) return { variables, isDeclared: true };
      if (this.#takes('=')) return { variables, isDeclared: false };
    }
    this.#at = start;
    return { variables: [], isDeclared: false };
  }

  #command(): readonly Operand[] {
    const operands: Operand[] = [];
    for (let token = this.#tokens[this.#at]; token; token = this.#tokens[this.#at]) {
      if (token.kind === 'sign' && (token.text === '|' || token.text === ')')) break;
      operands.push(this.#operand(token, operands.length === 0));
    }
    const [first, ...others] = operands;
    if (!first) throw notUnderstood(this.#source);
    if (first.kind !== 'function' && others.length > 0) throw notUnderstood(this.#source);
    return operands;
  }

  #operand(token: Token, isFirst: boolean): Operand {
    // Operands are apart, but for what parentheses are around.
    if (!isFirst && token.isAttached) throw notUnderstood(this.#source);
    this.#at += 1;
    if (token.kind === 'constant') return { kind: 'constant', value: token.value };
    if (token.kind === 'field') return { kind: 'path', fields: [token.text, ...this.#fields()] };
    if (token.kind === 'variable') return { kind: 'path', variable: token.text, fields: this.#fields() };
    if (token.kind === 'name') {
      if (token.text === 'true' || token.text === 'false') {
        return { kind: 'constant', value: token.text === 'true' };
      }
      if (token.text === 'nil') {
        if (isFirst) throw notUnderstood(this.#source);
        return { kind: 'constant', value: null };
      }
      return { kind: 'function', name: token.text };
    }
    if (token.text === '.') {
      if (this.#tokens[this.#at]?.isAttached && this.#tokens[this.#at]?.kind !== 'sign') {
        throw notUnderstood(this.#source);
      }
      return { kind: 'path', fields: [] };
    }
    if (token.text !== '(') throw notUnderstood(this.#source);
    const pipeline = this.pipeline();
    if (!this.#takes(')')) throw notUnderstood(this.#source);
    return { kind: 'nested', pipeline, fields: this.#fields() };
  }

  #fields(): readonly string[] {
    const fields: string[] = [];
    for (let token = this.#tokens[this.#at]; token?.isAttached; token = this.#tokens[this.#at]) {
      if (token.kind !== 'field') break;
      fields.push(token.text);
      this.#at += 1;
    }
    return fields;
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }
}

export function notUnderstood(source: string): TemplateProblem {
  return new TemplateProblem(`${source} in its template is not understood`);
}
