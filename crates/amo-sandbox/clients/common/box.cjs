// What every script needs: how to reach the box, and steps that are told by name.
"use strict";

const box = JSON.parse(process.env.AMO_BOX);

// The name is told only if nothing in the step failed.
async function step(name, work) {
  const result = await work();
  console.log(name);
  return result;
}

// A request of ours, to look at what the client did; with the administrator's token.
async function api(path) {
  const headers = { Authorization: `Bearer ${box.long_lived_token}` };
  const answer = await fetch(box.address + path, { headers });
  return answer.status === 204 ? null : answer.json();
}

// Moves the calendar of the box: tokens expire.
async function advance(seconds) {
  const body = JSON.stringify({ advance: seconds });
  const answer = await fetch(`${box.control}/calendar`, { method: "POST", body });
  if (!answer.ok) throw new Error(`the calendar: ${answer.status}`);
}

// A script that fails says why and ends at once: open sockets would keep it alive.
function main(run) {
  run().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

module.exports = { advance, api, box, main, step };
