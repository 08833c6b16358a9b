/** Carries a template out. Go source, text/template/exec.go. */
import type { JsonObject } from '../../objects/index.ts';
import { FUNCTIONS } from './functions.ts';
import { notUnderstood, type Operand, type Pipeline, type Step, type Template } from './parser.ts';
import {
  field,
  frozen,
  isDictionary,
  isEmpty,
  isList,
  print,
  Refusal,
  sortedNames,
  type TemplateOptions,
  TemplateProblem,
  type Value,
} from './values.ts';

/** Go stops at 100,000 templates within each other, and never in a loop; a template of an Application needs neither. */
const MOST_DEPTH = 100;
const MOST_STEPS = 100_000;

class Break {}
class Continue {}

interface Variable {
  readonly name: string;
  value: Value;
}

/** @throws TemplateProblem */
export function execute(template: Template, parameters: JsonObject, options: TemplateOptions): string {
  return new Execution(template, options).whole(frozen(parameters as Value));
}

class Execution {
  readonly #template: Template;
  readonly #options: TemplateOptions;
  #variables: Variable[] = [];
  #made = '';
  #depth = 0;
  #steps = 0;

  constructor(template: Template, options: TemplateOptions) {
    this.#template = template;
    this.#options = options;
  }

  whole(data: Value): string {
    this.#call(this.#template.steps, data);
    return this.#made;
  }

  #call(steps: readonly Step[], data: Value): void {
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: data }];
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new TemplateProblem('there are too many calls in its template');
    this.#all(steps, data);
    this.#depth -= 1;
    this.#variables = outer;
  }

  #all(steps: readonly Step[], dot: Value): void {
    for (const step of steps) this.#step(step, dot);
  }

  #step(step: Step, dot: Value): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw new TemplateProblem('a loop in its template takes too long');
    try {
      this.#carryOut(step, dot);
    } catch (error) {
      if (error instanceof Refusal) throw notUnderstood(step.source);
      throw error;
    }
  }

  #carryOut(step: Step, dot: Value): void {
    switch (step.kind) {
      case 'text':
        this.#made += step.text;
        return;
      case 'print': {
        const value = this.#pipeline(step.pipeline, dot);
        if (step.pipeline.variables.length === 0) this.#made += print(value);
        return;
      }
      case 'if':
      case 'with':
        this.#scoped(() => {
          const value = this.#pipeline(step.pipeline, dot);
          if (isEmpty(value)) this.#all(step.otherwise, dot);
          else this.#all(step.body, step.kind === 'with' ? value : dot);
        });
        return;
      case 'range':
        this.#scoped(() => this.#range(step, dot));
        return;
      case 'template': {
        const steps = this.#template.defined.get(step.name);
        if (!steps) throw new Refusal();
        this.#call(steps, step.pipeline && this.#pipeline(step.pipeline, dot));
        return;
      }
      case 'break':
        throw new Break();
      case 'continue':
        throw new Continue();
    }
  }

  #range(step: Step & { readonly kind: 'if' | 'with' | 'range' }, dot: Value): void {
    const { variables, isDeclared, commands } = step.pipeline;
    const items = itemsOf(this.#pipeline({ variables: [], isDeclared: false, commands }, dot));
    const [first, second] = variables;
    for (const [key, value] of items) {
      try {
        this.#scoped(() => {
          if (first !== undefined) this.#assign(first, second === undefined ? value : key, isDeclared);
          if (second !== undefined) this.#assign(second, value, isDeclared);
          this.#all(step.body, value);
        });
      } catch (error) {
        if (error instanceof Break) break;
        if (!(error instanceof Continue)) throw error;
      }
    }
    if (items.length === 0) this.#all(step.otherwise, dot);
  }

  #scoped(run: () => void): void {
    const count = this.#variables.length;
    try {
      run();
    } finally {
      this.#variables.length = count;
    }
  }

  #assign(name: string, value: Value, isDeclared: boolean): void {
    if (isDeclared) this.#variables.push({ name, value });
    else this.#variable(name).value = value;
  }

  #variable(name: string): Variable {
    const found = this.#variables.findLast((one) => one.name === name);
    if (!found) throw new Refusal();
    return found;
  }

  #pipeline({ variables, isDeclared, commands }: Pipeline, dot: Value): Value {
    let value: Value;
    for (const [index, command] of commands.entries()) {
      value = this.#command(command, dot, index === 0 ? [] : [value]);
    }
    for (const name of variables) this.#assign(name, value, isDeclared);
    return value;
  }

  #command([first, ...operands]: readonly Operand[], dot: Value, piped: readonly Value[]): Value {
    if (first?.kind !== 'function') return this.#operand(first!, dot); // a command is not empty
    if (first.name === 'and' || first.name === 'or') {
      return this.#logic(first.name, operands, dot, piped);
    }
    const given = operands.map((operand) => this.#operand(operand, dot));
    return this.#function(first.name, [...given, ...piped]);
  }

  /** Further arguments are not looked at when one decides. */
  #logic(name: 'and' | 'or', operands: readonly Operand[], dot: Value, piped: readonly Value[]): Value {
    const arguments_ = [
      ...operands.map((operand) => () => this.#operand(operand, dot)),
      ...piped.map((value) => () => value),
    ];
    if (arguments_.length === 0) throw new Refusal();
    let value: Value;
    for (const next of arguments_) {
      value = next();
      if (isEmpty(value) === (name === 'and')) break;
    }
    return value;
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'constant':
        return operand.value;
      case 'function':
        return this.#function(operand.name, []);
      case 'path': {
        const { variable, fields } = operand;
        return this.#fields(variable === undefined ? dot : this.#variable(variable).value, fields);
      }
      case 'nested':
        return this.#fields(this.#pipeline(operand.pipeline, dot), operand.fields);
    }
  }

  #fields(start: Value, names: readonly string[]): Value {
    let value = start;
    for (const name of names) {
      if (!isDictionary(value)) throw new Refusal();
      if (this.#options.refusesMissing && !Object.hasOwn(value, name)) throw new Refusal();
      value = field(value, name);
    }
    return value;
  }

  #function(name: string, given: readonly Value[]): Value {
    const own = this.#options.functions;
    if (own && Object.hasOwn(own, name)) {
      const [text, ...more] = given;
      if (typeof text !== 'string' || more.length > 0) throw new Refusal();
      return own[name]!(text);
    }
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Refusal();
    return FUNCTIONS[name]!(given);
  }
}

/** What a loop goes through: keys and values. */
function itemsOf(value: Value): readonly (readonly [Value, Value])[] {
  if (isList(value)) return value.map((item, index) => [BigInt(index), item]);
  if (isDictionary(value)) return sortedNames(value).map((name) => [name, field(value, name)]);
  if (value === undefined || value === null) return [];
  if (typeof value !== 'bigint' || value > BigInt(MOST_STEPS)) throw new Refusal();
  return Array.from({ length: Math.max(0, Number(value)) }, (_, index) => [BigInt(index), BigInt(index)]);
}
