import { Command } from 'commander';
import { openWindow, windowArguments } from '../suite/window.ts';

export const openCommand = (): Command =>
  new Command('open')
    .description('open a browser window on a stack that was left running')
    .argument('<stack>', 'as `sintoma up` or a kept failure names it')
    .option('--print', 'print the environment, the program and its arguments instead, one a line')
    .action((stack: string, options: { print?: boolean }) => {
      if (options.print) console.log(windowArguments(stack).join('\n'));
      else openWindow(stack);
    });
