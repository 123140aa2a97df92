;;; emacs.el --- budget-mode on a real document  -*- lexical-binding: t; coding: utf-8 -*-

(require 'budget-mode)
(require 'eglot)
(require 'cl-lib)
(require 'json)
(require 'xref)

(defvar checks 0)

(defun check (truth what &rest args)
  (cl-incf checks)
  (unless truth (error "%s" (apply #'format what args))))

(defun equals (found wanted what)
  (check (equal found wanted) "%s: %S, not %S" what found wanted))

(defun wait (what ready)
  "Wait up to 20 seconds."
  (let ((until (+ (float-time) 20)))
    (while (and (< (float-time) until) (not (funcall ready)))
      (accept-process-output nil 0.02))
    (check (funcall ready) "waited in vain for %s" what)))

(defun place (text &optional nth)
  "Where TEXT begins; the NTH time."
  (save-excursion
    (goto-char (point-min))
    (search-forward text nil nil (or nth 1))
    (match-beginning 0)))

(defun errors ()
  (cl-remove-if-not (lambda (one) (eq (flymake-diagnostic-type one) 'eglot-error)) (flymake-diagnostics)))

(defun face-at (text &optional offset)
  (get-text-property (+ (place text) (or offset 0)) 'face))

(defun the-mode ()
  (equals major-mode 'budget-mode "mode")
  (equals buffer-file-coding-system 'utf-8-unix "coding")
  (check truncate-lines "rows are broken")
  (equals (mapcar #'car (seq-take (imenu--generic-function budget-imenu-expression) 2))
          '("第一部分 青河市水文服务中心单位概况" "一、主要职能") "index")
  (goto-char (place "## 表一"))
  (equals (funcall outline-level) 2 "level of a heading"))

(defun colours ()
  (font-lock-ensure)
  (equals (face-at "模板") 'font-lock-variable-name-face "a key of the front matter")
  (equals (face-at "表一 部门") 'font-lock-function-name-face "a heading")
  (equals (face-at "编制部门：") 'font-lock-variable-name-face "a field")
  (equals (face-at "151.32") 'font-lock-type-face "an amount")
  (equals (face-at "| 213 | 农" 2) 'font-lock-constant-face "a code")
  (equals (face-at "<!-- 𠮷") 'font-lock-comment-face "a comment")
  (equals (face-at "| 支出合计" 2) 'budget-total-face "a total")
  (equals (face-at "28.57万元") 'font-lock-type-face "an amount in the text")
  (equals (face-at "农林水支出") nil "a name")
  (save-excursion
    (let ((end (copy-marker (point-max) nil)))
      (goto-char end)
      (insert "\n<!-- 忽略 ARI001: 原\n表如此 --> {占比(甲, 乙)} 待填\n")
      (font-lock-ensure)
      (equals (face-at "忽略") 'font-lock-preprocessor-face "what a comment says")
      (equals (face-at "ARI001") 'font-lock-constant-face "a rule")
      (equals (face-at "表如此") 'font-lock-comment-face "the second line of a comment")
      (equals (face-at "占比") 'font-lock-keyword-face "a function")
      (equals (face-at "待填") 'budget-hole-face "a hole")
      (delete-region end (point-max)))))

(defun cells ()
  (goto-char (place "| 213 | 农"))
  (budget-next-cell)
  (check (looking-at "213") "first cell")
  (budget-next-cell)
  (check (looking-at "农林水支出") "second cell")
  (budget-next-cell)
  (check (looking-at "151.32") "third cell")
  (budget-next-cell)
  (check (looking-at "214") "first cell of the next row"))

(defun texts (cells)
  (mapcar (lambda (cell) (buffer-substring-no-properties (car cell) (nth 1 cell))) cells))

(defun cells-of-the-language ()
  "What all editors take for cells, and the language itself."
  (let ((all (let ((json-array-type 'list) (json-object-type 'alist))
               (json-read-file (expand-file-name "tests/editors/cells.json" (getenv "BUDGET_TEST_ROOT"))))))
    (check (> (length all) 10) "rows: %d" (length all))
    (dolist (one all)
      (with-temp-buffer
        (insert (alist-get 'line one))
        (equals (texts (budget--cells (alist-get 'columns one))) (alist-get 'cells one) (alist-get 'line one)))))
  (with-temp-buffer
    (insert "|a|b|c|\n|---|---|---|\n|甲 <!-- x|y -->| <!-- 还没有 --> |1| <!-- 忽略 ARI001：因为 --> |\n| 甲\\\\| 乙 | 丙 |")
    (goto-char (point-min))
    (forward-char 2)
    (let (seen)
      (condition-case nil
          (while t
            (budget-next-cell)
            (push (cons (line-number-at-pos) (current-column)) seen))
        (user-error nil))
      (equals (nreverse seen)
              '((1 . 3) (1 . 5) (2 . 1) (2 . 5) (2 . 9) (3 . 1) (3 . 18) (3 . 35) (4 . 2) (4 . 8) (4 . 13))
              "from the first cell on"))))

(defun server ()
  ;; `eglot-ensure' waits for the end of a command.
  (let ((eglot-sync-connect 20))
    (run-hooks 'post-command-hook))
  (wait "the server" #'eglot-current-server))

(defun diagnostics ()
  (flymake-start)
  (wait "the error" (lambda () (flymake-start) (errors)))
  (let ((found (errors)))
    (equals (length found) 1 "errors")
    (equals (list (flymake-diagnostic-beg (car found)) (flymake-diagnostic-end (car found)))
            (list (place "151.32") (+ 6 (place "151.32")))
            "place of the error")
    (check (string-match-p "应为 151.22" (flymake-diagnostic-text (car found)))
           "message: %s" (flymake-diagnostic-text (car found)))))

(defun what-was-checked ()
  (wait "what was checked" (lambda () budget-checked))
  (check (and (string-match-p "按模板 新疆-2020-部门预算" budget-checked) (string-match-p "不成立 2" budget-checked))
         "checked: %s" budget-checked))

(defun hover ()
  (goto-char (place "151.32"))
  (let* ((said (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams)))
         (text (format "%S" (plist-get said :contents))))
    (check (and (string-match-p "支出合计" text) (string-match-p "151.22" text)) "hover: %s" text)))

(defun completion ()
  (goto-char (place "| 2130301 | 行政运行 |" 2))
  (forward-line 1)
  (insert "| 2130\n")
  (backward-char 1)
  (pcase-let ((`(,_ ,_ ,table . ,_) (eglot-completion-at-point)))
    (let ((all (mapconcat #'identity (all-completions "" table) "、")))
      (check (and (string-match-p "21303" all) (string-match-p "水利" all)) "completed: %s" all)))
  (delete-region (line-beginning-position) (1+ (line-end-position))))

(defun editing ()
  (goto-char (place "151.32"))
  (delete-char 6)
  (insert "151.22")
  (eglot--signal-textDocument/didChange)
  (wait "the error to go" (lambda () (flymake-start) (null (errors))))
  (delete-char -6)
  (insert "151.32")
  (eglot--signal-textDocument/didChange)
  (wait "the error to come back" (lambda () (flymake-start) (errors)))
  (equals (flymake-diagnostic-beg (car (errors))) (place "151.32") "place after editing"))

(defun fixing ()
  "The fix that the server offers for the wrong number."
  (goto-char (place "151.32"))
  (let* ((server (eglot-current-server))
         (begin (point))
         (range (list :start (eglot--pos-to-lsp-position begin) :end (eglot--pos-to-lsp-position (+ 6 begin))))
         (lsp (mapcar (lambda (one) (cdr (assoc 'eglot-lsp-diag (eglot--diag-data one)))) (errors)))
         (actions (jsonrpc-request server :textDocument/codeAction
                                   (list :textDocument (eglot--TextDocumentIdentifier)
                                         :range range
                                         :context (list :diagnostics (vconcat lsp) :only ["quickfix"]))))
         (action (cl-find-if (lambda (one) (string-match-p "151.22" (plist-get one :title))) actions)))
    (check action "no fix writes 151.22: %S" (mapcar (lambda (one) (plist-get one :title)) actions))
    (unless (plist-get action :edit)
      (setq action (jsonrpc-request server :codeAction/resolve action)))
    (eglot--apply-workspace-edit (plist-get action :edit))
    (check (place "𠮷 --> | 151.22 |") "the row is not mended")
    (check (not (save-excursion (goto-char (point-min)) (search-forward "151.32" nil t))) "the wrong number is still there")))

(defun wrong-again ()
  (goto-char (place "𠮷 --> | 151.22 |"))
  (search-forward "151.22")
  (delete-char -2)
  (insert "32")
  (eglot--signal-textDocument/didChange))

(defun formatting ()
  (budget-format)
  (equals (buffer-string)
          (with-temp-buffer (insert-file-contents (getenv "BUDGET_TEST_TIDY")) (buffer-string))
          "formatted as `budget-lint fmt' does"))

(defun terms ()
  ;; At a keyboard, changes are told in a pause.
  (eglot--signal-textDocument/didChange)
  (let ((entry (line-number-at-pos (place "四、机关运行经费"))))
    (goto-char (place "机关运行经费"))
    (let* ((found (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))
           (lines (mapcar (lambda (one) (xref-location-line (xref-item-location one))) found)))
      (check (member entry lines) "defined in line %s: %S" entry lines)))
  (goto-char (+ 2 (place "四、机关运行经费")))
  (eglot-rename "机关日常经费")
  (check (place "四、机关日常经费") "the entry has the new name")
  (check (place "2020年机关日常经费") "the use has the new name"))

(let ((file (getenv "BUDGET_TEST_DOCUMENT")))
  (setq budget-server-command (list (getenv "BUDGET_TEST_SERVER"))
        eglot-confirm-server-initiated-edits nil
        backup-inhibited t
        auto-save-default nil)
  (condition-case problem
      (with-current-buffer (find-file-noselect file)
        (switch-to-buffer (current-buffer))
        (dolist (test (list #'the-mode #'colours #'cells #'cells-of-the-language #'server #'diagnostics #'what-was-checked #'hover #'completion #'editing #'fixing #'wrong-again #'formatting #'terms))
          (funcall test))
        (set-buffer-modified-p nil)
        (message "emacs: %d checks, %s" checks emacs-version))
    (error (message "FAILED: %s" (error-message-string problem)) (kill-emacs 1))))
