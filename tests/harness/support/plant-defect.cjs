// Preloaded by --require: a mistake that nobody expects, at a place that every diagnosis passes.
const threads = require('node:worker_threads');
const { syncBuiltinESMExports } = require('node:module');

if (threads.isMainThread) {
  threads.Worker = function Worker() {
    throw new TypeError('planted\nsecond line');
  };
  syncBuiltinESMExports();
}
