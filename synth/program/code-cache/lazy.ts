/** What cdk8s loads for the few programs that read YAML, patch objects, run Helm or want digests of other kinds than usual
 * (address-faster.ts): most of its files, and of Node's. Nothing that draws a random number when it is loaded, such as
 * minimatch: programs would get others than without kept code. */
const SELDOM = ['yaml', 'fast-json-patch', 'child_process', './_child_process', 'crypto'];

/** As a compiler leaves them in its output. */
const COMMENT_LINE = /^\s*(?:\/\/|\/\*\*?|\* ).*$/gm;

/** Which of these a module can get when it first asks for something in it, instead of when it is loaded: those whose name
 * stands before a member wherever it is used, so that nobody sees the thing itself.
 * @param text of a CommonJS module */
export function lazyPackages(text: string): readonly string[] {
  const code = text.replaceAll(COMMENT_LINE, '');
  return SELDOM.filter((id) => {
    const [declaration, name] =
      new RegExp(`^const (\\w+) = require\\("${id.replaceAll('.', '\\.')}"\\);$`, 'm').exec(text) ?? [];
    if (declaration === undefined || name === undefined) return false;
    const others = code
      .replace(declaration, '')
      .matchAll(new RegExp(`(?<![\\w$])${name}(?![\\w$])(.?)`, 'g'));
    return [...others].every(([, next]) => next === '.');
  });
}

/** Stands for what a function loads, which is called for the first member that is asked for. */
export function lazyModule(load: () => unknown): object {
  return new Proxy({}, { get: (_nothing, name) => Reflect.get(Object(load()), name) });
}
