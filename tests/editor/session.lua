-- What a person does in Neovim: opens a file, looks at it, takes a fix, writes it. Prints what is to be seen, as JSON.
-- Call: nvim --headless --clean -l session.lua RECIPE FILE
local recipe, file = arg[1], arg[2]
local seen = {}

local function settle(what, ready)
  if not vim.wait(60000, ready, 50) then
    error("waited in vain for " .. what)
  end
end

dofile(recipe)
vim.cmd("filetype on")
vim.cmd.edit(file)
settle("the client", function() return #vim.lsp.get_clients({ bufnr = 0, name = "dmlint" }) == 1 end)
local client = vim.lsp.get_clients({ bufnr = 0, name = "dmlint" })[1]
settle("diagnostics", function() return #vim.diagnostic.get(0) > 0 end)

seen.diagnostics = {}
for _, found in ipairs(vim.diagnostic.get(0)) do
  table.insert(seen.diagnostics, { code = found.code, line = found.lnum, source = found.source })
end

local function hints()
  local labels = {}
  for _, hint in ipairs(vim.lsp.inlay_hint.get({ bufnr = 0 })) do
    table.insert(labels, hint.inlay_hint.label)
  end
  return labels
end
vim.lsp.inlay_hint.enable(true, { bufnr = 0 })
settle("hints", function() return #hints() > 0 end)
seen.hints = hints()

local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
seen.hover = client:request_sync("textDocument/hover", place, 60000, 0).result.contents.value

local asked = {
  textDocument = vim.lsp.util.make_text_document_params(0),
  range = { start = { line = 0, character = 0 }, ["end"] = { line = 999, character = 0 } },
  context = { diagnostics = {}, only = { "source.fixAll.dmlint" } },
}
local actions = client:request_sync("textDocument/codeAction", asked, 60000, 0).result
seen.actions = {}
for _, action in ipairs(actions) do
  table.insert(seen.actions, action.title)
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
end
settle("no diagnostics", function() return #vim.diagnostic.get(0) == 0 end)
seen.hints_after = {}
settle("new hints", function() return table.concat(hints(), " ") ~= table.concat(seen.hints, " ") end)
seen.hints_after = hints()
vim.cmd.write()
client:stop()
settle("the end of the server", function() return client:is_stopped() end)
io.stdout:write(vim.json.encode(seen))
