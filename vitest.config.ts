import { defineConfig } from 'vitest/config';

const UNIT = 'test/unit/**/*.test.ts';
// Minutes each, by `npm run test:deep` only.
const DEEP = process.env['SHUQIAO_DEEP'] === '1' ? [] : ['test/deep/**'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // By default one less than there are cores: on two, that is one file at a time.
    maxWorkers: 2,
    projects: [
      // What a file starts it also ends, so that the next one in the process meets nothing of it; two fifths of their time
      // was spent on loading the same modules again.
      { extends: true, test: { name: 'unit', include: [UNIT], isolate: false } },
      {
        extends: true,
        test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: [UNIT, ...DEEP], isolate: false },
      },
    ],
  },
});
