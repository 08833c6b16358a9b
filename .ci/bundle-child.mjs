/** Makes one file of what is loaded before a program, in its process: fifteen modules take 10 ms more to load. */
import { rolldown } from 'rolldown';

const child = 'build/synth/program/child.js';
const bundle = await rolldown({ input: child, platform: 'node', external: /^node:/ });
await bundle.write({ file: child, format: 'esm' });
