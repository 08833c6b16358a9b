/** JSON patch, RFC 6902, over JSON pointers, RFC 6901. */
import { deepEqual } from '../deep-equal.ts';
import { ApiError, badRequest } from '../status.ts';

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** @returns the patched document; the argument is not changed
 * @throws ApiError 422 when an operation does not fit the document, 400 when it is not a patch */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  let result = structuredClone(document);
  for (const operation of patch as readonly Operation[]) result = applyOperation(result, operation); // members are checked where they are used
  return result;
}

function applyOperation(document: unknown, operation: Operation): unknown {
  switch (operation.op) {
    case 'add':
      return write(document, operation.path, structuredClone(operation.value), 'add');
    case 'replace':
      return write(document, operation.path, structuredClone(operation.value), 'replace');
    case 'remove':
      return remove(document, operation.path);
    case 'copy':
      return write(
        document,
        operation.path,
        structuredClone(read(document, operation.from ?? '', 'copy')),
        'add',
      );
    case 'move': {
      const value = read(document, operation.from ?? '', 'move');
      return write(remove(document, operation.from ?? ''), operation.path, value, 'add');
    }
    case 'test':
      if (!deepEqual(read(document, operation.path, 'test'), operation.value)) {
        throw unprocessable();
      }
      return document;
    default:
      throw unprocessable();
  }
}

/** The server does not say what does not fit; who asks with `kubectl patch` sees the operation anyway. */
function unprocessable(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function segments(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** An object or array of the document by its members' names. */
type Container = Record<string, unknown>;

function containerOf(
  document: unknown,
  path: readonly string[],
  _pointer: string,
  _operation: string,
): Container {
  let value = document;
  for (const segment of path) {
    value = (value as Container | undefined)?.[segment]; // JSON; scalars have no such members
  }
  if (typeof value !== 'object' || value === null) {
    throw unprocessable();
  }
  return value as Container; // checked above
}

function read(document: unknown, pointer: string, operation: string): unknown {
  const path = segments(pointer);
  const last = path.pop();
  if (last === undefined) return document;
  const container = containerOf(document, path, pointer, operation);
  if (!Object.hasOwn(container, last)) {
    throw unprocessable();
  }
  return container[last];
}

function write(document: unknown, pointer: string, value: unknown, mode: 'add' | 'replace'): unknown {
  const path = segments(pointer);
  const last = path.pop();
  if (last === undefined) return value;
  const container = containerOf(document, path, pointer, mode);
  if (Array.isArray(container) && mode === 'add') {
    const index = last === '-' ? container.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > container.length) {
      throw unprocessable();
    }
    container.splice(index, 0, value);
  } else if (Array.isArray(container) && !Object.hasOwn(container, last)) throw unprocessable();
  else container[last] = value;
  return document;
}

function remove(document: unknown, pointer: string): unknown {
  read(document, pointer, 'remove');
  const path = segments(pointer);
  const last = path.pop() ?? '';
  const container = containerOf(document, path, pointer, 'remove');
  if (Array.isArray(container)) container.splice(Number(last), 1);
  else delete container[last];
  return document;
}
