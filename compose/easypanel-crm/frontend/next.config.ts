import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: import.meta.dirname,
  // No image is resized here, and without it the production image stays small.
  images: { unoptimized: true },
  outputFileTracingExcludes: { '*': ['node_modules/@img/**', 'node_modules/sharp/**'] },
  // The Dockerfile checks the types once, before the build arguments: a variant is only `next build`.
  typescript: { ignoreBuildErrors: true },
};

export default config;
