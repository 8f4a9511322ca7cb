// Leads amoCRM's hosts to the box: loaded before the script by `node --require`. The client under
// test stays as it is; only the sockets that it opens end elsewhere.
"use strict";

const net = require("node:net");

const HOSTS = /\.(amocrm\.ru|amocrm\.com|kommo\.com)$/;
const PORTS = { 443: process.env.AMO_TLS_PORT, 80: process.env.AMO_PORT };

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  // Node itself hands over an array of options and callback, marked as ready; changing the options
  // in place keeps the mark.
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options && HOSTS.test(options.host ?? "")) {
    options.port = Number(PORTS[options.port]);
    options.host = "127.0.0.1";
  }
  return connect.apply(this, given);
};
