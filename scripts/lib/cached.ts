import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Loaded before a command (`node --import`): compiled libraries are kept between runs, a fifth of a synthesis.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/fredu'));
