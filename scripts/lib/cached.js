import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Loaded before a command (`node --import`): compiled libraries are kept between runs, a fifth of a synthesis.
// JavaScript, for what strips types from TypeScript would have to be loaded for this file alone.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/fredu'));
