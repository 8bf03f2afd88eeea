// What the browser alone can do: keys before the editor takes them, marks in the editor, the theme of the system.

const methods = { Enter: "OnRun", s: "OnSave" };

// Tab goes on to the next control: an editor that takes it would hold those who have no mouse.
let leaves = false;
function leave(id) {
  if (!leaves) blazorMonaco.editor.getEditor(id).trigger("studio", "editor.action.toggleTabFocusMode");
  leaves = true;
}

export function listen(page, id) {
  const pressed = event => {
    const method = (event.ctrlKey || event.metaKey) && methods[event.key];
    if (!method) return;
    event.preventDefault();
    event.stopPropagation();
    page.invokeMethodAsync(method);
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => monaco.editor.setTheme(dark.matches ? "vs-dark" : "vs");
  document.addEventListener("keydown", pressed, true);
  dark.addEventListener("change", dress);
  dress();
  leave(id);
  return {
    stop() {
      document.removeEventListener("keydown", pressed, true);
      dark.removeEventListener("change", dress);
    },
  };
}

export function mark(id, place) {
  const model = blazorMonaco.editor.getEditor(id).getModel();
  const marker = place && {
    severity: monaco.MarkerSeverity.Error,
    message: place.message,
    startLineNumber: place.line,
    endLineNumber: place.line,
    startColumn: place.from,
    endColumn: place.to,
  };
  monaco.editor.setModelMarkers(model, "workbench", marker ? [marker] : []);
}
