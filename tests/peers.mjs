// Runs programs of the reference folder, where it is started, as often as it is asked: Node reads the packages
// that they stand on once, which takes longer than what they have to say of a file.
//
// A line on the input asks: ["verify_jades.mjs", "sealed.jsonld", …]
// A line on the output answers: {"code": 0, "said": ["PASS alg: ES256", …]}
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

class Ended extends Error {}
let said = []
let code = 0
console.log = (text) => said.push(String(text))
console.error = console.log
process.exit = (number) => {
  code = number
  throw new Ended()
}

let asked = 0
for await (const line of createInterface({ input: process.stdin })) {
  const [program, ...words] = JSON.parse(line)
  process.argv = [process.argv[0], program, ...words]
  said = []
  code = 0
  try {
    await import(`${pathToFileURL(program)}?${asked++}`) // the number makes it run anew
  } catch (fault) {
    if (!(fault instanceof Ended)) {
      code = 1
      said.push(String(fault.stack))
    }
  }
  process.stdout.write(`${JSON.stringify({ code, said })}\n`)
}
