// Preloaded by --require: notes every name that is resolved and every address that is connected to, a line each, in the
// file that RECORD_NETWORK names. It sees probes only: the browser is another process.
const dns = require('node:dns');
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

const note = (line) => fs.appendFileSync(process.env.RECORD_NETWORK, `${line}\n`);

for (const holder of [dns, dns.promises]) {
  const { lookup } = holder;
  holder.lookup = (host, ...rest) => {
    note(`resolve ${host}`);
    return lookup.call(holder, host, ...rest);
  };
}
const { connect } = net;
net.connect = (options, ...rest) => {
  note(`connect ${options.host}:${options.port}`);
  return connect(options, ...rest);
};
syncBuiltinESMExports();
